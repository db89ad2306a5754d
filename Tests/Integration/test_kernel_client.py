"""The client of the kernel's IPVS (KernelNetlink) against a real kernel: every command, attribute and family."""

from harness import *

TOPOLOGIES = ["plain"]


def test_every_check_of_kernel_check_passes(farm):
    output = run(program("kernel-check"))
    last = output.rstrip().splitlines()[-1]
    expect(last.endswith(" checks passed, 0 failed") and not last.startswith("0 "), output)

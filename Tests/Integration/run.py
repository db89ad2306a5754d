#!/usr/bin/python3
"""Runs the integration tests in one lab: run.py [--queue FOLDER] [--list] [FILTER]...

A test runs when a filter is part of its name (file.test[topology]); without filters all run. A line a test ('skip' and
why where it can prove nothing), full context of those that fail, and 'N passed, N failed' at the end; the exit status is
0 when all passed and any ran.
A file says TOPOLOGIES = [...] (each test runs in each of them, in fresh namespaces) and SERVERS = N, and may have a
function tear_down() for what its tests share. It says BUSY = True where its tests work more than they wait: of several
labs on one processor only one at a time takes such a file, since two of them would hold each other up for longer than
one after the other takes (checks are due again while others still run).
"""

import argparse
import contextlib
import glob
import importlib
import inspect
import os
import sys
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
LAB = os.path.join(os.path.dirname(os.path.dirname(HERE)), "contrib", "lab")


def units(filters):
    """(file, topology, [(name, function)]) for every farm that has to be built."""
    for path in sorted(glob.glob(os.path.join(HERE, "test_*.py"))):
        module = importlib.import_module(os.path.basename(path)[:-3])
        tests = [(name, function) for name, function in inspect.getmembers(module, inspect.isfunction)
                 if name.startswith("test_") and function.__module__ == module.__name__]
        tests.sort(key=lambda test: inspect.getsourcelines(test[1])[1])
        for topology in module.TOPOLOGIES:
            named = [(f"{module.__name__}.{name}[{topology}]", function) for name, function in tests]
            chosen = [test for test in named if not filters or any(word in test[0] for word in filters)]
            if chosen:
                yield module, topology, chosen


def run_unit(harness, module, topology, tests):
    start = time.monotonic()
    try:
        farm = harness.Farm(topology, getattr(module, "SERVERS", 3))
    except Exception:
        print(f"FAIL topology {topology} of {module.__name__}\n{traceback.format_exc()}", flush=True)
        return 0, len(tests)
    print(f"     {topology} built in {time.monotonic() - start:.1f} s", flush=True)
    passed, failed = run_tests(harness, farm, tests)
    # What fails here must not end the lab, which has other files' tests to run.
    for end in getattr(module, "tear_down", None), farm.take_down:
        try:
            if end:
                end()
        except Exception:
            print(f"FAIL {end.__name__} of {module.__name__}\n{traceback.format_exc()}", flush=True)
            failed += 1
    return passed, failed


def run_tests(harness, farm, tests):
    passed = failed = 0
    for name, function in tests:
        start = time.monotonic()
        trouble = skipped = None
        try:
            function(farm)
        except harness.Skipped as reason:
            skipped = reason
        except Exception as error:
            trouble = str(error) if isinstance(error, harness.Failure) else ""
            where = traceback.format_exc()
        seconds = time.monotonic() - start
        if skipped:
            print(f"skip {name}: {skipped}", flush=True)
        elif trouble is None:
            passed += 1
            print(f"ok   {name} {seconds:.1f} s", flush=True)
        else:
            failed += 1
            print(f"FAIL {name} {seconds:.1f} s\n{where}{farm.context()}\n---", flush=True)
        try:
            farm.clean()
        except Exception:
            print(f"FAIL cleaning after {name}\n{traceback.format_exc()}", flush=True)
            failed += 1
            break
    return passed, failed


def claim(queue, name):
    """Whether this run is the one that takes it. A folder, since only making one is atomic between labs."""
    try:
        os.mkdir(os.path.join(queue, name))
    except FileExistsError:
        return False
    return True


def is_busy(module):
    return getattr(module, "BUSY", False)


def processor():
    """The one that this lab is on; None where it has all of them."""
    with contextlib.suppress(FileNotFoundError), open("/run/lab/processor", encoding="ascii") as file:
        return file.read().strip()


def from_queue(chosen, queue):
    """What no other lab has taken, one after the other; what is busy first, unless a lab is at it on this processor: that
    one goes over the rest of them."""
    here = processor()
    for unit in sorted(chosen, key=lambda unit: not is_busy(unit[0])):
        module, topology, _ = unit
        turn = f"busy-{here}" if is_busy(module) and here is not None else None
        if turn and not claim(queue, turn):
            continue
        if claim(queue, f"{module.__name__}-{topology}"):
            yield unit
        if turn:
            os.rmdir(os.path.join(queue, turn))


def main():
    parser = argparse.ArgumentParser(description="Runs the integration tests in one lab.")
    parser.add_argument("filters", nargs="*")
    parser.add_argument("--queue", help="an empty folder that several runs share, so that each takes what is next")
    parser.add_argument("--list", action="store_true", help="only name the tests")
    parser.add_argument("--time-limit", default="3600", help="seconds for all (3600)")
    options = parser.parse_args()
    sys.path.insert(0, HERE)
    chosen = units(options.filters)
    if options.list:
        print("\n".join(name for _, _, tests in chosen for name, _ in tests))
        return 0
    if "LAB" not in os.environ:
        shared = ["--queue", os.path.realpath(options.queue)] if options.queue else []
        os.execv(LAB, [LAB, "--time-limit", options.time_limit, *(["--writable", shared[1]] if shared else []), "--",
                       "/usr/bin/python3", os.path.abspath(__file__), *shared, *options.filters])
    harness = importlib.import_module("harness")
    passed = failed = 0
    for module, topology, tests in from_queue(chosen, options.queue) if options.queue else chosen:
        more_passed, more_failed = run_unit(harness, module, topology, tests)
        passed += more_passed
        failed += more_failed
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not (passed or options.queue) else 0


if __name__ == "__main__":
    sys.exit(main())

// Proves KernelNetlink's client of IPVS against the kernel it runs on, as root, in a network namespace whose table it may
// flush: every command, attribute and family, compared with what Debian's ipvsadm sees. One line for each check; exit status 1
// when one failed. Run by contrib/lab.

import Glibc
import KernelNetlink
import NetworkTypes
import VirtualServers

var checks = Checks()

do {
    let client = try IPVSClient()
    _ = try client.info()
    try client.perform(.flush)
    try checkServices(client, &checks)
    try checkServers(client, &checks)
    try checkSettings(client, &checks)
    try checkErrors(client, &checks)
    try checkBulk(client, &checks)
    try checkLoss(&checks)
    try checkChurn(client, &checks)
    try checkStatistics(client, &checks)
    try client.perform(.flush)
    try checkReloading(client, &checks)
    try client.perform(.flush)
} catch {
    checks.check("the client works", false, "\(error)")
}
print("\(checks.passed) checks passed, \(checks.failed) failed")
exit(checks.failed == 0 ? 0 : 1)

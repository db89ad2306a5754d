import Glibc
import KernelNetlink
import NetworkTypes
import VirtualServers

/// Version, timeouts, sync daemons.
func checkSettings(_ client: IPVSClient, _ checks: inout Checks) throws {
    let info = try client.info()
    let version = "\(info.version >> 16).\(info.version >> 8 & 255).\(info.version & 255)"
    checks.equal(
        "version and size as ipvsadm prints them", output("ipvsadm -Ln | head -1").trimmed,
        "IP Virtual Server version \(version) (size=\(info.connectionTableSize))")

    let before = try client.timeouts()
    try client.perform(.setTimeouts(ConnectionTimeouts(tcp: 901, tcpFin: 121, udp: 301)))
    try client.perform(.setTimeouts(ConnectionTimeouts(tcp: 0, tcpFin: 122, udp: 0)))
    checks.equal(
        "timeouts set, 0 leaves as it is", try client.timeouts(), ConnectionTimeouts(tcp: 901, tcpFin: 122, udp: 301))
    checks.equal(
        "timeouts as ipvsadm prints them", output("ipvsadm -L --timeout").trimmed,
        "Timeout (tcp tcpfin udp): 901 122 301")
    try client.perform(.setTimeouts(before))

    checks.equal("no sync daemon runs", try client.daemons(), [])
    let master = SyncDaemon(
        .master, interface: "lo", syncID: 255, maximumLength: 1400, group: IPAddress(ipv4: 0xE000_0052), port: 8849,
        ttl: 2)
    try client.perform(.startDaemon(master))
    try client.perform(.startDaemon(SyncDaemon(.backup, interface: "lo", syncID: 3)))
    let daemons = try client.daemons()
    checks.equal("the master as it was started", daemons.first { $0.role == .master }, master)
    let backup = daemons.first { $0.role == .backup }
    checks.equal("the backup's defaults", backup?.port, 8848)
    checks.equal("the backup's group", backup?.group, IPAddress(ipv4: 0xE000_0051))
    checks.sameLines(
        "sync daemons as ipvsadm prints them", output("ipvsadm -L --daemon"),
        [
            "master sync daemon (mcast=lo, syncid=255, maxlen=1400, group=224.0.0.82, port=8849, ttl=2)",
            "backup sync daemon (mcast=lo, syncid=3, maxlen=\(backup?.maximumLength ?? 0), group=224.0.0.81, port=8848, ttl=1)",
        ])
    try client.perform(.stopDaemon(.backup))
    checks.equal("the backup stopped alone", try client.daemons(), [master])
    try client.perform(.stopDaemon(.master))
    let group6 = IPAddress(ipv6High: 0xff02_0000_0000_0000, low: 0x52)
    try client.perform(.startDaemon(SyncDaemon(.backup, interface: "lo", group: group6)))
    checks.equal("a group of IPv6", try client.daemons().first?.group, group6)
    try client.perform(.stopDaemon(.backup))
    checks.equal("sync daemons stopped", try client.daemons(), [])
}

/// Each refusal with the number that the kernel gives for it.
func checkErrors(_ client: IPVSClient, _ checks: inout Checks) throws {
    try client.perform(.flush)
    let web = tcp("10.0.0.1:80")
    let server = RealServer(endpoint("10.1.0.1:80"))
    try client.perform(.addService(VirtualService(web)))
    try client.perform(.addServer(server, to: web))
    let refusals: [(IPVSCommand, Int32)] = [
        (.addService(VirtualService(web)), EEXIST),
        (.addService(VirtualService(tcp("10.0.0.9:80"), scheduler: Scheduler("nosuch"))), ENOENT),
        (.editService(VirtualService(tcp("10.0.0.9:80"))), ESRCH),
        (.deleteService(tcp("10.0.0.9:80")), ESRCH),
        (.zero(tcp("10.0.0.9:80")), ESRCH),
        (.addServer(server, to: web), EEXIST),
        (.addServer(server, to: tcp("10.0.0.9:80")), ESRCH),
        (.addServer(RealServer(endpoint("224.0.0.1:80")), to: web), EINVAL),
        (.addServer(RealServer(endpoint("[2001:db8::1]:80")), to: web), EINVAL),
        (.addServer(RealServer(endpoint("10.1.0.2:80"), upperThreshold: 1, lowerThreshold: 2), to: web), ERANGE),
        (.editServer(RealServer(endpoint("10.1.0.9:80")), of: web), ENOENT),
        (.deleteServer(endpoint("10.1.0.9:80"), from: web), ENOENT),
        (.startDaemon(SyncDaemon(.master, interface: "nosuch0")), ENODEV),
        (.stopDaemon(.backup), ESRCH),
    ]
    for (command, errno) in refusals {
        var found: IPVSError?
        do { try client.perform(command) } catch { found = error }
        checks.check("refused: \(command.summary)", found?.code == .refused && found?.errno == errno, "\(found as Any)")
    }
    do {
        _ = try client.service(tcp("10.0.0.9:80"))
        checks.check("reading a service that is not there", false)
    } catch {
        checks.equal("reading a service that is not there", error.errno, ESRCH)
    }
    // The same again in one batch, among commands that are fine.
    var batch: [IPVSCommand] = []
    for (index, (command, _)) in refusals.enumerated() {
        batch.append(.addService(VirtualService(tcp("10.9.0.\(index + 1):80"))))
        batch.append(command)
    }
    let failures = client.apply(batch)
    checks.equal(
        "refusals in a batch are tied to their commands", failures.map(\.index), refusals.indices.map { 2 * $0 + 1 })
    checks.equal("refusals in a batch have their numbers", failures.map(\.error.errno), refusals.map(\.1))
    checks.equal("commands beside refused ones are done", try client.services().count, refusals.count + 1)
    try client.perform(.flush)
}

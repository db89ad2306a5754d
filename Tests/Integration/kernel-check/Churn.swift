import KernelNetlink
import VirtualServers

/// Somebody adds and removes services all the time: a dump of several datagrams goes on by position and lacks some that
/// are there.
func checkChurn(_ client: IPVSClient, _ checks: inout Checks) throws {
    let own = (0..<500).map { VirtualService(tcp("10.1.\($0 / 100).\($0 % 100 + 1):80"), scheduler: .wrr) }
    checks.equal("services for the churn", client.apply(own.map { .addService($0) }).count, 0)
    let wanted = try client.table()
    let churn = """
        lines=$(for n in $(seq 200); do echo "-A -t 9.9.9.$n:80"; done)
        (timeout 2 sh -c 'while :; do echo "$0"; echo "$0" | sed s/-A/-D/; done' "$lines" | timeout 2 ipvsadm -R) >/dev/null 2>&1 &
        """
    _ = output(churn)
    let end = now() + 2
    var (dumps, torn, missing) = (0, 0, 0)
    while now() < end {
        let plain = Set(try client.services(.settings).map(\.service.id))
        if !wanted.entries.keys.allSatisfy(plain.contains) { torn += 1 }
        let found = try client.table(expecting: wanted)
        missing += wanted.entries.values.count { found.entries[$0.service.id] != $0 }
        dumps += 1
    }
    print("      \(torn) of \(dumps) plain dumps lacked services that were there")
    checks.check("services that are there are found while others come and go", dumps > 0 && missing == 0, "\(missing)")
    try client.perform(.flush)
}

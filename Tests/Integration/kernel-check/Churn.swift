import Glibc
import KernelNetlink
import VirtualServers

/// Somebody adds and removes services all the time: a dump of several datagrams goes on by position and lacks some that
/// are there.
func checkChurn(_ client: IPVSClient, _ checks: inout Checks) throws {
    let own = (0..<500).map { VirtualService(tcp("10.1.\($0 / 100).\($0 % 100 + 1):80"), scheduler: .wrr) }
    checks.equal("services for the churn", client.apply(own.map { .addService($0) }).count, 0)
    let lines = (1...200).map { "-A -t 9.9.9.\($0):80\n" }.joined()
    let churn = """
        lines='\(lines)'
        while echo "$lines"; do echo "$lines" | sed s/-A/-D/; done | timeout 2 ipvsadm -R >/dev/null 2>&1
        """
    guard let stranger = popen(churn, "r") else { return checks.check("somebody changes the table", false) }
    let end = now() + 1.9
    var (dumps, torn, missing) = (0, 0, 0)
    while now() < end {
        let plain = Set(try client.services(.settings).map(\.service.id))
        if own.contains(where: { !plain.contains($0.id) }) { torn += 1 }
        let found = try client.settings(expecting: own.lazy.map(\.id))
        missing += own.count { found[$0.id] != $0 }
        dumps += 1
    }
    pclose(stranger)
    print("      \(torn) of \(dumps) plain dumps lacked services that were there")
    checks.check("services that are there are found while others come and go", dumps > 0 && missing == 0, "\(missing)")
    try client.perform(.flush)
}

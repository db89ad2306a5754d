import KernelNetlink
import VirtualServers

/// The module leaves and comes back, as at an upgrade or by an operator's hand: a client made before goes on.
func checkReloading(_ client: IPVSClient, _ checks: inout Checks) throws {
    // Schedulers and the like use ip_vs and are used by nothing themselves.
    let unload = """
        for again in 1 2 3; do lsmod | awk '/^ip_vs/ { print $1 }' | xargs -r rmmod 2>/dev/null; done
        lsmod | grep -c '^ip_vs '
        """
    guard output(unload).trimmed == "0" else { return print("      ip_vs is in use or built in: not unloaded") }
    // Whatever comes of this query, the next one has to be answered.
    _ = try? client.table()
    _ = output("modprobe ip_vs")
    checks.check("the module that was loaded again is found", try client.table().entries.isEmpty)
    let service = VirtualService(tcp("192.0.2.1:80"))
    try client.perform(.addService(service))
    checks.check("a command takes effect", try client.table().entries[service.id] != nil)
}

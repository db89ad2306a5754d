package import NetworkTypes
package import VirtualServers

/// Where names come from. Core does no I/O, so the caller hands in how hosts and services are looked up: the programs
/// with the system's resolver, tests with a table.
package struct NameResolver: Sendable {
    /// The addresses of a host in one family, best first; empty when there are none.
    package var host: @Sendable (_ name: String, _ family: IPAddress.Family) -> [IPAddress]
    /// The port of a service in services(5); nil when there is none.
    package var service: @Sendable (_ name: String, _ transport: TransportProtocol) -> UInt16?
    /// Why nobody could say which addresses a host has, such as name servers that do not answer: those that it had
    /// before count for now, if any. Nil when it is known.
    package var hostTrouble: @Sendable (_ name: String, _ family: IPAddress.Family) -> String?
    /// The same of a service's port.
    package var serviceTrouble: @Sendable (_ name: String, _ transport: TransportProtocol) -> String?

    package init(
        host: @escaping @Sendable (String, IPAddress.Family) -> [IPAddress],
        service: @escaping @Sendable (String, TransportProtocol) -> UInt16?,
        hostTrouble: @escaping @Sendable (String, IPAddress.Family) -> String? = { _, _ in nil },
        serviceTrouble: @escaping @Sendable (String, TransportProtocol) -> String? = { _, _ in nil }
    ) {
        self.host = host
        self.service = service
        self.hostTrouble = hostTrouble
        self.serviceTrouble = serviceTrouble
    }
}

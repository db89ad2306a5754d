package import NetworkTypes

/// Names for addresses and ports in listings. Without functions everything stays a number.
package struct RuleNames {
    /// The name of a host; nil where there is none.
    package var host: ((IPAddress) -> String?)?
    /// The name of a port in services(5); nil where there is none.
    package var service: ((UInt16, TransportProtocol) -> String?)?

    package init(
        host: ((IPAddress) -> String?)? = nil, service: ((UInt16, TransportProtocol) -> String?)? = nil
    ) {
        self.host = host
        self.service = service
    }

    package static var numeric: RuleNames { RuleNames() }

    /// The longest text of an endpoint; longer ones are cut.
    private static let longest = 59

    var isNumeric: Bool { host == nil && service == nil }

    /// `host:port` or `[host]:port`. A port is looked up for its protocol, so under a firewall mark it stays a number.
    func text(_ endpoint: Endpoint, _ transport: TransportProtocol?) -> String {
        if isNumeric { return endpoint.description }
        let host = self.host?(endpoint.address) ?? endpoint.address.description
        let port = transport.flatMap { service?(endpoint.port, $0) } ?? String(endpoint.port)
        let text = endpoint.family == .ipv4 ? "\(host):\(port)" : "[\(host)]:\(port)"
        return WordBytes.cut(text, to: Self.longest)
    }
}

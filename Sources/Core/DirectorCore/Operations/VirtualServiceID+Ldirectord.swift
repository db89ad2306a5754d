import NetworkTypes
package import VirtualServers

/// A service in the words of ldirectord's messages and commands, which scripts match on.
extension VirtualService.ID {
    /// `192.0.2.1:80`, `[2001:db8::1]:80`, or the number of a mark.
    package var ldirectordName: String {
        switch self {
        case .address(_, let endpoint): endpoint.description
        case .firewallMark(let mark, _): String(mark)
        }
    }

    /// `tcp`, `udp`, or `fwm` for a mark.
    package var ldirectordProtocol: String { transport?.name ?? "fwm" }

    /// What stands behind `start` and `stop` of a fallbackcommand: `192.0.2.1:80 tcp`, and `:0 fwm` for a mark.
    package var fallbackArguments: String {
        "\(endpoint?.description ?? ":0") \(ldirectordProtocol)"
    }
}

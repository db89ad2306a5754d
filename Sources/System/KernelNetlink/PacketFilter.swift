internal import CNetlink
internal import Glibc
package import NetworkTypes

/// Drops what is sent to addresses of this machine and is not IPVS's, by nf_tables: `accept = no`.
///
/// The rules stand behind IPVS in the kernel's path of local packets (it is at the priorities 98 and 99): what IPVS
/// forwards never reaches them. The table belongs to this socket and goes with it, whatever becomes of the process.
package final class PacketFilter {
    package struct Refusal: Error, Hashable, CustomStringConvertible {
        package var errno: Int32
        package var description: String {
            switch errno {
            case EPROTONOSUPPORT, EOPNOTSUPP, ENOENT, EINVAL:
                "the kernel has no nf_tables, or is older than Linux 5.12 (error \(errno))"
            case EPERM, EACCES:
                "permission denied: it needs CAP_NET_ADMIN, and the table "
                    + "\(PacketFilter.table) of no other process"
            default: "nf_tables: error \(errno)"
            }
        }
    }

    static let table = "director_vrrp"
    private static let chain = "input"
    /// Behind IPVS and source NAT.
    private static let priority: UInt32 = 200
    private static let elementsInAMessage = 500

    private let socket: RouteSocket

    /// From here on until the end of this object, packets to these addresses are dropped, neighbour discovery apart.
    package init(dropping addresses: [IPAddress]) throws(Refusal) {
        do throws(AddressClient.Failure) {
            socket = try RouteSocket(protocol: NETLINK_NETFILTER)
            let code = try socket.ask { writer, first in
                var batch = FilterBatch(writer, first)
                batch.begin()
                batch.addTable(Self.table)
                batch.addChain(Self.table, Self.chain, priority: Self.priority)
                for family in IPAddress.Family.allCases {
                    let own = addresses.filter { $0.family == family }
                    guard !own.isEmpty else { continue }
                    batch.addSet(Self.table, family)
                    for start in stride(from: 0, to: own.count, by: Self.elementsInAMessage) {
                        batch.addElements(
                            Self.table, family, own[start..<min(start + Self.elementsInAMessage, own.count)])
                    }
                    if family == .ipv6 { batch.addRule(Self.table, Self.chain) { $0.acceptNeighbourDiscovery() } }
                    batch.addRule(Self.table, Self.chain) { $0.dropDestinations(family) }
                }
                let last = batch.end()
                writer = batch.writer
                return last
            }
            guard code == 0 else { throw AddressClient.Failure(errno: code) }
        } catch {
            throw Refusal(errno: error.errno)
        }
    }
}

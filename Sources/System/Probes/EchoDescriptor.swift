internal import CProbes
internal import Glibc
internal import NetworkTypes

/// An open socket for echo requests. Who may open raw sockets does so before that right is given up, and needs no
/// sysctl; everybody else opens datagram sockets, which `net.ipv4.ping_group_range` has to permit (icmp(7)).
package final class EchoDescriptor: Sendable {
    let family: IPAddress.Family
    let socket: cprobes_echo_socket

    struct Failure: Error {
        var number: Int32
    }

    init(_ family: IPAddress.Family, isRaw: Bool) throws(Failure) {
        var socket = cprobes_echo_socket(
            descriptor: -1, ipv6: family == .ipv6, raw: isRaw, identifier: isRaw ? .random(in: 0 ... .max) : 0)
        let result = unsafe cprobes_echo_open(&socket)
        if result < 0 { throw Failure(number: -result) }
        self.family = family
        self.socket = socket
    }

    deinit { close(socket.descriptor) }

    /// Raw sockets of both families; the families for which there is none are left out.
    package static func openRaw() -> [EchoDescriptor] {
        IPAddress.Family.allCases.compactMap { family in
            do throws(Failure) {
                return try EchoDescriptor(family, isRaw: true)
            } catch {
                return nil
            }
        }
    }

    package var isIPv6: Bool { family == .ipv6 }
}

internal import CNetlink
internal import Glibc

/// Requests of route netlink (or another protocol whose messages have no generic header), one at a time.
final class RouteSocket {
    typealias Failure = AddressClient.Failure

    private let socket: NetlinkSocket
    private var writer = MessageWriter()
    private var sequence: UInt32 = 1 << 25

    init(protocol number: Int32 = NETLINK_ROUTE) throws(Failure) {
        do throws(NetlinkSocket.Failure) {
            socket = try NetlinkSocket(protocol: number)
        } catch {
            throw Failure(errno: error.errno)
        }
        socket.prepareForBulk(receiveBuffer: 1 << 20)
    }

    /// Over the socket of another client, between its own requests: the answers are told apart by their numbers.
    init(sharing socket: NetlinkSocket) { self.socket = socket }

    /// Sends what `write` writes with the sequence numbers from the one it is given on. Returns the first error number
    /// of them, 0 when the one of the number that `write` returns was carried out.
    func ask(_ write: (inout MessageWriter, UInt32) -> UInt32) throws(Failure) -> Int32 {
        writer.removeAll()
        let first = sequence
        let last = write(&writer, first)
        sequence = last &+ 1
        try send()
        var code: Int32?
        do throws(NetlinkSocket.ReceiveError<MalformedMessage>) {
            while code == nil {
                try socket.receive { (bytes: RawSpan) throws(MalformedMessage) in
                    var reader = MessageReader()
                    while let message = try reader.next(in: bytes) {
                        guard message.isError, message.payload.count >= 4, message.sequence &- first <= last &- first
                        else { continue }
                        let number = -bytes.number(at: message.payload.lowerBound, as: Int32.self)
                        if number != 0 || message.sequence == last { code = code ?? number }
                    }
                }
            }
        } catch {
            throw Failure(error)
        }
        socket.drain()
        return code ?? 0
    }

    /// Every message of the type that answers a dump.
    func dump(
        request: UInt16, answer: UInt16, header: (inout MessageWriter) -> Void,
        _ body: (MessageHeader, RawSpan) throws(MalformedMessage) -> Void
    ) throws(Failure) {
        writer.removeAll()
        writer.beginRoute(type: request, flags: UInt16(NLM_F_REQUEST | NLM_F_DUMP), sequence: sequence)
        header(&writer)
        writer.end()
        let number = sequence
        sequence &+= 1
        try send()
        var isDone = false
        do throws(NetlinkSocket.ReceiveError<MalformedMessage>) {
            while !isDone {
                try socket.receive { (bytes: RawSpan) throws(MalformedMessage) in
                    var reader = MessageReader()
                    while let message = try reader.next(in: bytes) {
                        guard message.sequence == number else { continue }
                        if message.isDone || message.isError { isDone = true }
                        if message.type == answer { try body(message, bytes) }
                    }
                }
            }
        } catch {
            throw Failure(error)
        }
    }

    private func send() throws(Failure) {
        do throws(NetlinkSocket.Failure) { try socket.send(writer.bytes) } catch { throw Failure(errno: error.errno) }
    }
}

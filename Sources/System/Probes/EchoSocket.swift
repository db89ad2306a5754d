internal import CProbes
internal import EventLoop
internal import Glibc
internal import NetworkTypes

/// The one ICMP (or ICMPv6) socket of the program. It has an identifier of its own and gets only the answers to that;
/// which request an answer is for, its sequence number says, and a random token shows that the answer is to this
/// request and not to an old one of the same number.
@LoopActor final class EchoSocket {
    typealias Answer = @LoopActor (_ error: Int32) -> Void

    private struct Waiting {
        var target: IPAddress
        var token: UInt64
        var answer: Answer
    }

    struct Failure: Error {
        var outcome: ProbeOutcome
    }

    private let echo: EchoDescriptor
    private var watch: DescriptorWatch?
    private var waiting: [UInt16: Waiting] = [:]
    private var lastSequence: UInt16 = 0

    /// - Parameter echo: opened while that was permitted; nil opens one now.
    init(_ family: IPAddress.Family, _ echo: EchoDescriptor?) throws(Failure) {
        do throws(EchoDescriptor.Failure) {
            self.echo = if let echo { echo } else { try EchoDescriptor(family, isRaw: false) }
        } catch {
            throw Failure(outcome: ProbeOutcome.error(error.number).with { _ in Self.reason(error.number) })
        }
        do throws(LoopError) {
            watch = try EventLoop.main.watch(self.echo.socket.descriptor, .readable) { [unowned self] _ in receive() }
        } catch {
            throw Failure(outcome: .error(error))
        }
    }

    isolated deinit {
        watch?.cancel()
    }

    private static func reason(_ number: Int32) -> String {
        guard number == EACCES || number == EPERM else { return "no ICMP socket: \(FailureReason.errno(number))" }
        return
            "no permission for ping sockets: start directord as root, or set sysctl net.ipv4.ping_group_range=\"0 2147483647\""
            + " (it counts for IPv6 too)"
    }

    /// Sends a request; the answer is called when it is there, or with an error number when a router says that it
    /// cannot be delivered. The sequence number is for `forget`.
    func send(to target: IPAddress, answer: @escaping Answer) throws(Failure) -> UInt16 {
        // More than 65,535 waiting requests cannot be: the schedule allows a thousand runs.
        repeat { lastSequence &+= 1 } while waiting[lastSequence] != nil
        let token = UInt64.random(in: 0 ... .max)
        let bytes = target.bytes
        var socket = echo.socket
        let result = unsafe cprobes_echo_send(&socket, bytes, bytes.count, lastSequence, token)
        if result < 0 { throw Failure(outcome: .error(-result)) }
        waiting[lastSequence] = Waiting(target: target, token: token, answer: answer)
        return lastSequence
    }

    func forget(_ sequence: UInt16) {
        waiting[sequence] = nil
    }

    private func receive() {
        // Bounded, so that a flood of answers does not hold up the loop; what is left makes it readable again.
        var socket = echo.socket
        for _ in 0..<64 {
            var answer = cprobes_echo()
            let result = unsafe cprobes_echo_receive(&socket, &answer)
            if result == -EAGAIN { return }
            if result == 1 { take(answer) }
        }
    }

    private func take(_ echo: cprobes_echo) {
        guard let request = waiting[echo.sequence], request.token == echo.token else { return }
        if echo.error == 0 {
            let bytes = unsafe withUnsafeBytes(of: echo.address) { unsafe Array($0.prefix(self.echo.family.bits / 8)) }
            // An answer from elsewhere says nothing about the target; a multihomed one answers from the address asked.
            guard IPAddress(bytes: bytes) == request.target else { return }
        }
        waiting[echo.sequence] = nil
        request.answer(echo.error)
    }
}

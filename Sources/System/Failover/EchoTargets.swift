internal import CFailover
package import EventLoop
internal import Glibc
package import NetworkTypes
internal import VirtualRouting

/// Asks the targets of `track = ping` and says which of them answer.
@safe
@LoopActor package final class EchoTargets {
    /// What is asked, how often, and what was known of it before.
    package struct Question: Hashable, Sendable {
        package var address: IPAddress
        package var interval: Duration
        /// Nil for nothing: then the first answer, or its absence, is told.
        package var answers: Bool?

        package init(address: IPAddress, interval: Duration, answers: Bool? = nil) {
            self.address = address
            self.interval = interval
            self.answers = answers
        }
    }

    private struct Target {
        let address: IPAddress
        let interval: Duration
        var record: EchoRecord
    }

    private var targets: [Target] = []
    private var sockets: [IPAddress.Family: (descriptor: Int32, watch: DescriptorWatch)] = [:]
    private let identifier = UInt16.random(in: 1...(.max))
    private var sequence: UInt16 = 0
    private var buffer = [UInt8](repeating: 0, count: 2048)
    private let onChange: @LoopActor (IPAddress, Bool) -> Void

    package init(
        _ list: [Question], onChange: @escaping @LoopActor (IPAddress, Bool) -> Void
    ) throws {
        self.onChange = onChange
        for family in Set(list.map(\.address.family)) {
            let descriptor = cfailover_echo_socket(Int32(family.rawValue))
            guard descriptor >= 0 else { throw SocketFailure("cannot ask the targets of track = ping", errno: errno) }
            let watch = try EventLoop.main.watch(descriptor, .readable) { [unowned self] _ in receive(family) }
            sockets[family] = (descriptor, watch)
        }
        targets = list.map {
            Target(address: $0.address, interval: $0.interval, record: EchoRecord(answers: $0.answers))
        }
        for index in targets.indices { ask(index) }
    }

    isolated deinit {
        for socket in sockets.values {
            socket.watch.cancel()
            close(socket.descriptor)
        }
    }

    private func ask(_ index: Int) {
        let target = targets[index]
        // A timer that is late comes before the answers that wait.
        receive(target.address.family)
        if targets[index].record.judge() { onChange(target.address, false) }
        sequence &+= 1
        let message = EchoMessage(identifier: identifier, sequence: sequence, token: .random(in: 0...(.max)))
        targets[index].record.ask(message)
        if let socket = sockets[target.address.family] {
            let bytes = message.request(target.address.family)
            let family = Int32(target.address.family.rawValue)
            // No route is as good as no answer.
            _ = unsafe cfailover_send(
                socket.descriptor, family, 0, nil, target.address.bytes, 0, bytes, bytes.count)
        }
        EventLoop.main.schedule(after: target.interval) { [weak self] in self?.ask(index) }
    }

    private func receive(_ family: IPAddress.Family) {
        guard let socket = sockets[family] else { return }
        for _ in 0..<64 {
            var packet = cfailover_packet()
            let length = unsafe cfailover_receive(
                socket.descriptor, family == .ipv4, &buffer, buffer.count, &packet)
            guard length > 0 else { return }
            let width = family.bits / 8
            let from = unsafe withUnsafeBytes(of: packet.source) { unsafe IPAddress(bytes: $0.prefix(width)) }
            guard let from, packet.offset < length,
                let reply = EchoMessage(reply: Array(buffer[packet.offset..<length]), family)
            else { continue }
            take(reply, from: from)
        }
    }

    /// An answer counts when it comes from the target itself, to a question that was asked of it.
    private func take(_ reply: EchoMessage, from address: IPAddress) {
        for index in targets.indices where targets[index].address == address {
            if targets[index].record.take(reply) { onChange(address, true) }
        }
    }
}

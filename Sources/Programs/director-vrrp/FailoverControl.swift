import ControlSocket
import EventLoop
import TimeTypes
import VirtualRouting

/// Orders of the operator and questions about the pair: lines of text on a socket of the runtime directory.
///
///     status                 one line of words
///     takeover NAME, standby NAME
@LoopActor final class FailoverControl {
    private var listener: UnixListener?
    private let driver: PairDriver
    private var splitters: [ObjectIdentifier: LineSplitter] = [:]

    init(path: String, _ driver: PairDriver) throws {
        self.driver = driver
        var options = UnixListener.Options()
        options.connectionLimit = 32
        options.queueLimit = 1 << 20
        listener = try UnixListener(path: path, options: options) { [unowned self] in accept($0) }
    }

    func close() { listener?.close() }

    private func accept(_ connection: StreamConnection) {
        let key = ObjectIdentifier(connection)
        splitters[key] = LineSplitter(limit: 4096)
        connection.onClose = { [unowned self] _ in splitters[key] = nil }
        connection.onData = { [unowned self, unowned connection] bytes in
            guard let lines = try? splitters[key]?.lines(from: bytes) else {
                splitters[key] = nil
                return connection.close()
            }
            for line in lines {
                let answer = answer(String(decoding: line, as: UTF8.self))
                connection.send(Array((answer + "\n").utf8))
            }
        }
    }

    private func answer(_ line: String) -> String {
        let words = line.split(separator: " ").map(String.init)
        switch words.first {
        case "status" where words.count == 1: return driver.summary
        case "takeover" where words.count <= 2: return order(words.dropFirst().first) { driver.takeOver($0) }
        case "standby" where words.count <= 2: return order(words.dropFirst().first) { driver.standBy($0) }
        default: return "error: status, takeover [NAME] or standby [NAME]"
        }
    }

    private func order(_ name: String?, _ body: (Int) -> Void) -> String {
        let groups = driver.node.groups
        guard let name else {
            for index in groups.indices { body(index) }
            return "ok"
        }
        guard let index = groups.firstIndex(where: { $0.name == name }) else {
            return "error: no virtual router '\(name)', there are \(groups.map(\.name).joined(separator: ", "))"
        }
        body(index)
        return "ok"
    }
}

extension PairDriver {
    /// `web master priority 150; peer NAME ...; late p50 64 us ...`.
    var summary: String {
        let now = EventLoop.now
        var parts = node.groups.map { group in
            "\(group.name) \(group.role) priority \(group.priority)" + (group.isStandby ? " standby" : "")
        }
        for peer in node.peers.peers {
            let links = peer.links.enumerated().map { index, link in
                let heard = link.lastHeard.map { "\((now - $0).milliseconds) ms ago" } ?? "never"
                return "link \(index + 1) heard \(heard), \(link.received) received, \(link.lost) lost"
            }
            parts.append("peer \(peer.name) \(links.joined(separator: ", "))")
        }
        for (reason, count) in refusals.occurred { parts.append("refused \(reason) \(count)") }
        parts.append(
            "timers \(lateness.total), late p50 \(lateness.quantile(0.5)) us, p99 \(lateness.quantile(0.99)) us, "
                + "worst \(lateness.worst.nanoseconds / 1000) us")
        return parts.joined(separator: "; ")
    }
}

/// Who has to go since it does not read: a client that has taken nothing for a while, and, when the answers that wait
/// for all of them take too much memory together, those who have been at theirs for the longest.
package struct SlowClients<Key: Hashable & Sendable>: Sendable {
    /// A client for which something waits.
    package struct Waiting: Sendable {
        package var key: Key
        /// For how long it has taken nothing.
        package var stalled: Duration
        /// For how long the same line has waited for it, though it may read a little now and then.
        package var waiting: Duration
        /// Bytes that are held for it alone.
        package var own: Int
        /// A text that others may wait for, too.
        package var shared: ObjectIdentifier?
        package var sharedBytes: Int

        package init(
            _ key: Key, stalled: Duration, waiting: Duration, own: Int, shared: SharedText? = nil
        ) {
            self.key = key
            self.stalled = stalled
            self.waiting = waiting
            self.own = own
            self.shared = shared.map(ObjectIdentifier.init)
            sharedBytes = shared?.bytes.count ?? 0
        }
    }

    /// For so long a client may take nothing.
    package var patience = Duration.seconds(10)
    /// For so long a line may wait even when there is too much of it.
    package var shortPatience = Duration.seconds(1)
    /// Bytes that may wait for all clients together, a text that many wait for counted once.
    package var limit = 64 << 20

    package init() {}

    /// Those who have to go, and for how long they have kept the engine waiting.
    package func victims(_ clients: [Waiting]) -> [(key: Key, stalled: Duration)] {
        var victims: [(key: Key, stalled: Duration)] = []
        var left: [Waiting] = []
        for client in clients {
            if client.stalled >= patience { victims.append((client.key, client.stalled)) } else { left.append(client) }
        }
        var holders: [ObjectIdentifier: Int] = [:]
        var bytes = 0
        for client in left {
            bytes += client.own
            guard let text = client.shared else { continue }
            holders[text, default: 0] += 1
            if holders[text] == 1 { bytes += client.sharedBytes }
        }
        for client in left.sorted(by: { $0.waiting > $1.waiting }) {
            guard bytes > limit, client.waiting >= shortPatience else { break }
            victims.append((client.key, client.waiting))
            bytes -= client.own
            guard let text = client.shared, let others = holders[text].map({ $0 - 1 }) else { continue }
            holders[text] = others
            if others == 0 { bytes -= client.sharedBytes }
        }
        return victims
    }
}

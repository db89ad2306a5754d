package import TimeTypes

/// Who is connected, and who has to go when there are too many: one of the user who has the most connections, of those
/// the one that has been silent for the longest, subscribers last. So a user who opens connections without end only
/// takes their own away.
package struct ClientLedger<Key: Hashable & Sendable>: Sendable {
    private struct Client: Sendable {
        var user: UInt32
        var lastHeard: MonotonicInstant
        var order: UInt64
        var isSubscriber = false
    }

    package let limit: Int
    private var clients: [Key: Client] = [:]
    private var counts: [UInt32: Int] = [:]
    private var lastOrder: UInt64 = 0

    package init(limit: Int) {
        self.limit = max(1, limit)
    }

    package var count: Int { clients.count }

    /// Takes a client in; returns the one that has to go for it.
    package mutating func add(_ key: Key, user: UInt32, at now: MonotonicInstant) -> Key? {
        let victim = clients.count >= limit ? victim(for: user) : nil
        if let victim { remove(victim) }
        lastOrder += 1
        clients[key] = Client(user: user, lastHeard: now, order: lastOrder)
        counts[user, default: 0] += 1
        return victim
    }

    package mutating func remove(_ key: Key) {
        guard let client = clients.removeValue(forKey: key) else { return }
        let left = (counts[client.user] ?? 1) - 1
        counts[client.user] = left > 0 ? left : nil
    }

    package mutating func heard(_ key: Key, at now: MonotonicInstant) {
        clients[key]?.lastHeard = now
    }

    package mutating func subscribed(_ key: Key) {
        clients[key]?.isSubscriber = true
    }

    /// The newcomer counts as one of its user's.
    private func victim(for newcomer: UInt32) -> Key? {
        let most = clients.values.reduce(into: newcomer) { most, client in
            let best = counts[most, default: 0] + (most == newcomer ? 1 : 0)
            let own = counts[client.user, default: 0] + (client.user == newcomer ? 1 : 0)
            if own > best { most = client.user }
        }
        let own = clients.filter { $0.value.user == most }
        return (own.isEmpty ? clients : own)
            .min { left, right in
                if left.value.isSubscriber != right.value.isSubscriber { return !left.value.isSubscriber }
                if left.value.lastHeard != right.value.lastHeard { return left.value.lastHeard < right.value.lastHeard }
                return left.value.order < right.value.order
            }?.key
    }
}

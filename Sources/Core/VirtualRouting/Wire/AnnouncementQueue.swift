/// Frames that tell the neighbours where addresses are, in the order they are to leave: several rounds of each group's,
/// and never more than one round of a group at a time, however often it is ordered.
package struct AnnouncementQueue: Sendable {
    /// Of one call to `announce`.
    package struct Order: Hashable, Sendable {
        package let group: Int
        fileprivate let number: UInt64
    }

    package struct Entry: Hashable, Sendable {
        package let group: Int
        package let interface: UInt32
        package let frame: [UInt8]
    }

    private var entries: [Entry] = []
    private var next = 0
    /// How many of each group have not left.
    private var waiting: [Int: Int] = [:]
    /// The latest order of each group: an older one has no further rounds.
    private var orders: [Int: UInt64] = [:]
    private var orderCount: UInt64 = 0

    package init() {}

    package var isEmpty: Bool { next == entries.count }
    package var count: Int { entries.count - next }

    /// A new order of the group, in place of what was ordered of it before.
    package mutating func order(_ group: Int) -> Order {
        drop(group)
        orderCount += 1
        orders[group] = orderCount
        return Order(group: group, number: orderCount)
    }

    /// The addresses of the group are ours no longer: nothing more is said of them.
    package mutating func silence(_ group: Int) {
        orders[group] = nil
        drop(group)
    }

    package func isCurrent(_ order: Order) -> Bool { orders[order.group] == order.number }

    /// The round before this one has not left as a whole: the next one waits for it.
    package func isBusy(_ order: Order) -> Bool { waiting[order.group, default: 0] > 0 }

    package mutating func append(_ frames: [[UInt8]], interface: UInt32, of order: Order) {
        guard isCurrent(order) else { return }
        for frame in frames { entries.append(Entry(group: order.group, interface: interface, frame: frame)) }
        waiting[order.group, default: 0] += frames.count
    }

    package mutating func popFirst() -> Entry? {
        guard next < entries.count else { return nil }
        let entry = entries[next]
        next += 1
        waiting[entry.group, default: 0] -= 1
        if next == entries.count {
            entries.removeAll(keepingCapacity: entries.capacity < 1 << 14)
            next = 0
        } else if next > 4096, next * 2 > entries.count {
            entries.removeFirst(next)
            next = 0
        }
        return entry
    }

    private mutating func drop(_ group: Int) {
        guard waiting.removeValue(forKey: group) ?? 0 > 0 else { return }
        entries.removeFirst(next)
        next = 0
        entries.removeAll { $0.group == group }
    }
}

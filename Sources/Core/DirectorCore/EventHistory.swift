/// The latest events, oldest first, each with its number; older ones make room.
package struct EventHistory: Sendable {
    package static let limit = 1_000
    private var ring: [EventRecord] = []
    private var oldest = 0
    package private(set) var lastNumber: Int64 = 0

    package init() {}

    /// Goes on where an earlier run ended.
    package init(_ earlier: [EventRecord]) {
        ring = earlier.suffix(Self.limit)
        lastNumber = ring.map(\.number).max() ?? 0
    }

    /// Takes an event in and returns it with its number.
    @discardableResult
    package mutating func append(_ record: EventRecord) -> EventRecord {
        lastNumber += 1
        var numbered = record
        numbered.number = lastNumber
        if ring.count < Self.limit {
            ring.append(numbered)
        } else {
            ring[oldest] = numbered
            oldest = (oldest + 1) % Self.limit
        }
        return numbered
    }

    package var count: Int { ring.count }

    package var records: [EventRecord] {
        Array(ring[oldest...] + ring[..<oldest])
    }

    /// The newest `count`, oldest first.
    package func latest(_ count: Int) -> [EventRecord] {
        let wanted = min(max(count, 0), ring.count)
        return (0..<wanted).map { ring[(oldest + ring.count - wanted + $0) % ring.count] }
    }

    /// Those with a higher number, oldest first; older ones may have made room.
    package func after(_ number: Int64) -> [EventRecord] {
        guard number < lastNumber else { return [] }
        return latest(Int(min(lastNumber - max(number, 0), Int64(ring.count)))).filter { $0.number > number }
    }
}

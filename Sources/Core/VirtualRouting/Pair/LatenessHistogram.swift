/// How late timers fired: a histogram in steps of doubling microseconds.
package struct LatenessHistogram: Hashable, Sendable {
    /// Up to 1, 2, 4, ... microseconds; the last one has all that is beyond.
    package static let slots = 24
    package private(set) var counts = [UInt64](repeating: 0, count: Self.slots)
    package private(set) var worst = Duration.zero
    /// Of all that was added.
    package private(set) var sum = Duration.zero

    package init() {}

    /// What another process has counted; other numbers of slots are cut or filled with zeros.
    package init(counts: [UInt64], worst: Duration, sum: Duration) {
        for (slot, count) in counts.prefix(Self.slots).enumerated() { self.counts[slot] = count }
        self.worst = worst
        self.sum = sum
    }

    package mutating func add(_ lateness: Duration) {
        let parts = lateness.components
        let microseconds = UInt64(max(0, parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000))
        let slot = microseconds == 0 ? 0 : min(64 - microseconds.leadingZeroBitCount, counts.count - 1)
        counts[slot] += 1
        worst = max(worst, lateness)
        sum += max(lateness, .zero)
    }

    package var total: UInt64 { counts.reduce(0, +) }

    /// The upper bound of a slot in microseconds; nil for the last one, which has none.
    package static func bound(ofSlot slot: Int) -> UInt64? { slot < slots - 1 ? UInt64(1) << UInt64(slot) : nil }

    /// The upper bound in microseconds under which this part of all lies.
    package func quantile(_ part: Double) -> UInt64 {
        var seen: UInt64 = 0
        for (slot, count) in counts.enumerated() {
            seen += count
            if Double(seen) >= Double(total) * part { return UInt64(1) << UInt64(slot) }
        }
        return 0
    }
}

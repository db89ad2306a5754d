/// How many of what was measured were how large: buckets with upper bounds, and one for what is beyond the last.
package struct Histogram: Equatable, Sendable {
    /// Ascending.
    package let bounds: [Int64]
    /// One more than bounds; each has its own only.
    package private(set) var counts: [UInt64]
    package private(set) var sum: Int64 = 0

    package init(bounds: [Int64]) {
        self.bounds = bounds
        counts = [UInt64](repeating: 0, count: bounds.count + 1)
    }

    /// What somebody else counted; nil when the numbers do not fit each other.
    package init?(bounds: [Int64], counts: [UInt64], sum: Int64) {
        guard counts.count == bounds.count + 1 else { return nil }
        self.bounds = bounds
        self.counts = counts
        self.sum = sum
    }

    package mutating func add(_ value: Int64) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum = sum.addingReportingOverflow(value).partialValue
    }

    /// In nanoseconds; what is less than nothing counts as nothing.
    package mutating func add(_ span: Duration) {
        let parts = span.components
        add(max(0, parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000))
    }

    package var total: UInt64 { counts.reduce(0, &+) }

    /// 100 microseconds to 10 seconds, in nanoseconds.
    package static let times: [Int64] = [
        100_000, 250_000, 500_000, 1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000,
        250_000_000, 500_000_000, 1_000_000_000, 2_500_000_000, 5_000_000_000, 10_000_000_000,
    ]
    /// Numbers of commands.
    package static let sizes: [Int64] = [1, 2, 5, 10, 100, 1_000, 10_000]
}

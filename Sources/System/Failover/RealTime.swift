internal import CFailover

/// What keeps the timers of the pair punctual beside everything else on the machine.
package enum RealTime {
    /// SCHED_FIFO at a low real-time priority: before every ordinary program, behind the kernel's own threads. Returns
    /// an error number, 0 when it is done.
    package static func enter() -> Int32 { cfailover_set_realtime(10) }
    /// Nothing of this process is ever paged out.
    package static func lockMemory() -> Int32 { cfailover_lock_memory() }
}

/// How late timers fired: a histogram in steps of doubling microseconds.
package struct LatenessHistogram: Sendable {
    /// Counts up to 1, 2, 4, ... microseconds; the last one has all that is beyond.
    package private(set) var counts = [UInt64](repeating: 0, count: 24)
    package private(set) var worst = Duration.zero

    package init() {}

    package mutating func add(_ lateness: Duration) {
        let parts = lateness.components
        let microseconds = UInt64(max(0, parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000))
        let slot = microseconds == 0 ? 0 : min(64 - microseconds.leadingZeroBitCount, counts.count - 1)
        counts[slot] += 1
        worst = max(worst, lateness)
    }

    package var total: UInt64 { counts.reduce(0, +) }

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

/// A moment on the machine's monotonic clock, in nanoseconds since an arbitrary origin (Linux: boot,
/// `CLOCK_MONOTONIC`).
///
/// Core never asks what time it is: every function that depends on time takes an instant as an argument, so that tests
/// turn the hands of the clock themselves.
package struct MonotonicInstant: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's origin.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static let zero = MonotonicInstant(nanoseconds: 0)

    package static func < (left: Self, right: Self) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package static func + (instant: Self, span: Duration) -> Self {
        MonotonicInstant(nanoseconds: instant.nanoseconds + span.nanoseconds)
    }

    package static func - (later: Self, earlier: Self) -> Duration {
        Duration(wholeNanoseconds: later.nanoseconds - earlier.nanoseconds)
    }
}

extension Duration {
    /// The same as `.nanoseconds(_:)`, which goes through the library's generic integers: each check does this a few
    /// times.
    package init(wholeNanoseconds: Int64) {
        self.init(attoseconds: Int128(wholeNanoseconds) * 1_000_000_000)
    }

    /// The whole span in nanoseconds; spans over 292 years do not occur here.
    package var nanoseconds: Int64 {
        Int64(attoseconds / 1_000_000_000)
    }

    /// The whole span in milliseconds, rounded towards zero.
    package var milliseconds: Int64 {
        nanoseconds / 1_000_000
    }
}

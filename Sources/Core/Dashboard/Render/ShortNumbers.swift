import TimeTypes

/// Numbers in at most five columns.
package enum ShortNumber {
    /// `999`, `12.3k`, `4.56M`: three digits count.
    package static func text(_ value: UInt64) -> String {
        guard value >= 10_000 else { return String(value) }
        var unit = 0
        var scaled = Double(value)
        while scaled >= 999.5, unit < 6 {
            scaled /= 1000
            unit += 1
        }
        let suffix = ["", "k", "M", "G", "T", "P", "E"][unit]
        let decimals = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0
        let factor = [1.0, 10.0, 100.0][decimals]
        let rounded = UInt64((scaled * factor).rounded())
        guard decimals > 0 else { return "\(rounded)\(suffix)" }
        let divisor = UInt64(factor)
        let fraction = String(rounded % divisor)
        return
            "\(rounded / divisor).\(String(repeating: "0", count: decimals - fraction.utf8.count))\(fraction)\(suffix)"
    }

    /// `250us`, `1.2ms`, `45ms`, `3.1s`.
    package static func text(_ span: Duration) -> String {
        let microseconds = max(0, span.nanoseconds / 1000)
        switch microseconds {
        case ..<1_000: return "\(microseconds)us"
        case ..<10_000: return "\(microseconds / 1000).\(microseconds / 100 % 10)ms"
        case ..<1_000_000: return "\(microseconds / 1000)ms"
        case ..<10_000_000: return "\(microseconds / 1_000_000).\(microseconds / 100_000 % 10)s"
        default: return "\(microseconds / 1_000_000)s"
        }
    }
}

/// Values as a row of bars.
package enum Sparkline {
    private static let blocks: [Unicode.Scalar] = [
        "\u{2581}", "\u{2582}", "\u{2583}", "\u{2584}", "\u{2585}", "\u{2586}", "\u{2587}", "\u{2588}",
    ]
    private static let letters: [Unicode.Scalar] = [".", ":", "-", "=", "+", "*", "#", "@"]

    /// One character a value, the newest at the right end; zero is blank, and anything above it is seen.
    package static func text(_ values: [UInt32], width: Int, maximum: UInt32, ascii: Bool) -> String {
        let marks = ascii ? letters : blocks
        var text = String.UnicodeScalarView()
        for _ in 0..<max(0, width - values.count) { text.append(" ") }
        for value in values.suffix(max(0, width)) {
            guard value > 0 else {
                text.append(" ")
                continue
            }
            let level = (UInt64(value) * UInt64(marks.count) - 1) / UInt64(max(maximum, value, 1))
            text.append(marks[Int(min(level, UInt64(marks.count - 1)))])
        }
        return String(text)
    }
}

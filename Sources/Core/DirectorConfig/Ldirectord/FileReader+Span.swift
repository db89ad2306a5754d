/// Times whose unit the first digits lose.
extension FileReader {
    /// What to write for a time such as `500 ms`, `2 min` or `1m30s`; nil where its first digits say what is meant, or
    /// nothing does.
    static func meantSpan(_ value: Scanner) -> String? {
        guard let (total, isSeconds) = writtenSpan(value), !isSeconds else { return nil }
        for (name, size) in [("h", 3_600_000), ("m", 60_000), ("s", 1_000)] as [(String, UInt64)]
        where total % size == 0 { return "\(total / size)\(name)" }
        return "\(total)ms"
    }

    /// The same for a key that takes whole seconds and no unit.
    static func meantSeconds(_ value: Scanner) -> String? {
        guard let (total, _) = writtenSpan(value), total > 0, total % 1_000 == 0 else { return nil }
        return "\(total / 1_000)"
    }

    /// In milliseconds, and whether it is a number of seconds. Nil for what is no time.
    private static func writtenSpan(_ value: Scanner) -> (milliseconds: UInt64, isSeconds: Bool)? {
        var scanner = value
        if let comment = scanner.first(UInt8(ascii: "#"), in: scanner.rest) { scanner.cut(at: comment) }
        var total: UInt64 = 0
        var units: [String] = []
        while true {
            scanner.skipBlanks()
            guard !scanner.isAtEnd else { break }
            let digits = scanner.take(while: \.isDigit)
            scanner.skipBlanks()
            let unit = unit(scanner.text(scanner.take(while: \.isLetter).prefix(16)).lowercased())
            guard let number = scanner.number(digits), number <= 1 << 30, let unit, units.count < 4 else { return nil }
            total += number * (milliseconds(of: unit) ?? 86_400_000)
            units.append(unit)
        }
        return units.isEmpty ? nil : (total, units == ["s"])
    }

    /// The short name of a unit of time, however it is written; the day has one too, though no value takes it.
    private static func unit(_ word: String) -> String? {
        switch word {
        case "ms", "msec", "msecs", "millis", "millisecond", "milliseconds": "ms"
        case "", "s", "sec", "secs", "second", "seconds": "s"
        case "m", "min", "mins", "minute", "minutes": "m"
        case "h", "hr", "hrs", "hour", "hours": "h"
        case "d", "day", "days": "d"
        default: nil
        }
    }
}

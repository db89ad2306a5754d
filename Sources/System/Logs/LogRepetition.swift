package import TimeTypes

/// Says a warning that is the same as one of a short while ago once, and then how often it came: a daemon that cannot
/// do something tries again many times a second.
///
/// Events are not held back here: each of them is a change of its own, and what repeats among them the engine sums up.
package struct LogRepetition: Sendable {
    package static let span = Duration.seconds(60)
    /// Texts that are remembered at a time; with more, every line is said.
    package static let limit = 256

    package struct Summary: Sendable {
        package var line: LogLine
        package var count: Int
    }

    private struct Series: Sendable {
        var line: LogLine
        var count = 0
        var end: MonotonicInstant
    }

    private var series: [String: Series] = [:]

    package init() {}

    /// Whether the line is to be said now.
    package mutating func admits(_ line: LogLine, at now: MonotonicInstant) -> Bool {
        guard line.level >= .warning, line.metadata["event"] == nil else { return true }
        let key = "\(line.level) \(line.text)"
        if series[key] != nil {
            series[key]?.count += 1
            return false
        }
        if series.count < Self.limit { series[key] = Series(line: line, end: now + Self.span) }
        return true
    }

    /// What was held back until now, where its time is over.
    /// - Parameter all: at the end of the program, whatever time it is.
    package mutating func due(at now: MonotonicInstant, all: Bool = false) -> [Summary] {
        guard !series.isEmpty else { return [] }
        var summaries: [Summary] = []
        for (key, entry) in series where all || entry.end <= now {
            if entry.count > 0 {
                summaries.append(Summary(line: entry.line, count: entry.count))
                series[key] = Series(line: entry.line, end: now + Self.span)
            } else {
                series[key] = nil
            }
        }
        return summaries.sorted { $0.line.text < $1.line.text }
    }
}

extension LogRepetition.Summary {
    /// At another time than the line that it sums up.
    package func line(at time: WallTime) -> LogLine {
        var line = line
        line.time = time
        line.text += count == 1 ? " (said once more since)" : " (said \(count) more times since)"
        return line
    }
}

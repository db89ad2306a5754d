package import Logging
package import TimeTypes

/// One event of the log as a line, for people or for machines. Whatever an event's text holds, it stays one line.
package struct LogLine {
    package enum Format: String, Sendable {
        case text
        case json
    }

    /// Bytes of a line with its end: what a pipe takes as a whole (PIPE_BUF), so that the lines of programs that share
    /// standard error never mix.
    package static let limit = 4096

    /// What an event is about, for programs: the text names it already and does not name it twice.
    package static let machineFields: Set = ["service", "server", "router", "name", "source"]

    package var time: WallTime
    package var level: Logger.Level
    package var program: String
    package var text: String
    /// Sorted by key when written.
    package var metadata: [String: String]

    package init(time: WallTime, level: Logger.Level, program: String, text: String, metadata: [String: String] = [:]) {
        self.time = time
        self.level = level
        self.program = program
        self.text = text
        self.metadata = metadata
    }

    /// The line with its end. A longer one than `limit` has its texts shortened, and its keys left out if need be.
    package func bytes(_ format: Format) -> [UInt8] {
        var bytes = encoded(format)
        var line = self
        for length in [1024, 256, 64, 16] where bytes.count > Self.limit {
            line.text = Self.shortened(text, to: max(length, 256))
            line.metadata = metadata.mapValues { Self.shortened($0, to: length) }
            bytes = line.encoded(format)
        }
        if bytes.count > Self.limit {
            line.metadata = [:]
            bytes = line.encoded(format)
        }
        return bytes
    }

    private static func shortened(_ text: String, to length: Int) -> String {
        guard text.utf8.count > length else { return text }
        var rest = length
        let scalars = text.unicodeScalars.prefix { scalar in
            rest -= UTF8.width(scalar)
            return rest >= 0
        }
        return String(scalars) + "..."
    }

    private func encoded(_ format: Format) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(80 + text.utf8.count)
        switch format {
        case .text:
            bytes += "\(time) \(level.rawValue) \(program): ".utf8
            Self.append(text, to: &bytes, quotes: false)
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) where !Self.machineFields.contains(key) {
                bytes += " \(key)=".utf8
                let quoted = value.isEmpty || value.utf8.contains { $0 <= 0x20 || $0 == UInt8(ascii: "\"") }
                if quoted { bytes.append(UInt8(ascii: "\"")) }
                Self.append(value, to: &bytes, quotes: quoted)
                if quoted { bytes.append(UInt8(ascii: "\"")) }
            }
        case .json:
            bytes += "{".utf8
            let members = [("time", time.description), ("level", level.rawValue), ("program", program), ("text", text)]
            for (index, member) in (members + metadata.sorted { $0.key < $1.key }).enumerated() {
                bytes += index == 0 ? "\"".utf8 : ",\"".utf8
                Self.append(member.0, to: &bytes, quotes: true)
                bytes += "\":\"".utf8
                Self.append(member.1, to: &bytes, quotes: true)
                bytes.append(UInt8(ascii: "\""))
            }
            bytes += "}".utf8
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Control characters are escaped as JSON does; quotes and backslashes too where the text stands in quotes.
    private static func append(_ text: String, to bytes: inout [UInt8], quotes: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": bytes += #"\n"#.utf8
            case "\t": bytes += #"\t"#.utf8
            // Those of ASCII and those behind it, which a terminal obeys as well.
            case "\u{0}"..<" ", "\u{7F}"..<"\u{A0}":
                let digits = String(scalar.value, radix: 16)
                bytes += "\\u00\(digits.utf8.count == 1 ? "0" : "")\(digits)".utf8
            case "\"", "\\":
                if quotes { bytes.append(UInt8(ascii: "\\")) }
                bytes += scalar.utf8
            default: bytes += scalar.utf8
            }
        }
    }
}

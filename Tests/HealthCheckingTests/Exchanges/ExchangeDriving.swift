@testable import HealthChecking

extension ExchangeStep {
    var sent: [UInt8]? {
        switch self {
        case .send(let bytes), .sendLast(let bytes): bytes
        default: nil
        }
    }

    /// `up: reason`, `down: reason`, or what else it is.
    var verdict: String {
        switch self {
        case .passed(let reason, _): "up: \(reason)"
        case .failed(let reason, _): "down: \(reason)"
        case .unjudged(let reason): "unjudged: \(reason)"
        case .more: "more"
        case .send, .sendLast: "send"
        case .derive: "derive"
        case .truncated: "truncated"
        case .secure, .secureAfter: "secure"
        case .needsTLS: "needs TLS"
        }
    }
}

extension Exchange {
    mutating func receive(_ bytes: [UInt8]) -> ExchangeStep { receive(bytes[...]) }
    mutating func receive(_ text: String) -> ExchangeStep { receive(Array(text.utf8)[...]) }

    /// The bytes one by one, until a step is no `more`.
    mutating func trickle(_ bytes: [UInt8]) -> ExchangeStep {
        for byte in bytes {
            let step = receive([byte])
            if step != .more { return step }
        }
        return .more
    }
}

/// Any text that contains this one.
func containing(_ text: String) -> PatternSearch {
    PatternSearch(text) { String(decoding: $0, as: UTF8.self).contains(text) ? .found : .notFound }
}

/// `0a 0b` and the like; anything in quotes stands for its own bytes.
func bytes(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    for (index, part) in text.split(separator: "'", omittingEmptySubsequences: false).enumerated() {
        if index % 2 == 1 {
            bytes += Array(part.utf8)
        } else {
            bytes += part.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
        }
    }
    return bytes
}

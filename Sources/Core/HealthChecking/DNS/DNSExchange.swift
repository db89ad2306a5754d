/// A query to a name server and its answer, over UDP or TCP.
///
/// An answer counts when it has the identifier and the question of the query. Up is a server one of whose records of
/// the type asked for matches the pattern, as ldirectord has it; where ldirectord is never up, without a pattern, any
/// record of that type does.
package struct DNSExchange: Exchange {
    private let questions: [DNSQuestion]
    private let isStream: Bool
    private let pattern: PatternSearch?
    private var id: UInt16
    private var asked = 0
    /// Over TCP: what has arrived of a message behind its length.
    private var pending: [UInt8] = []
    /// What the answers before had, for the reason.
    private var seen: [String] = []
    package private(set) var complaint: String?

    /// - Parameter id: of the first query; unforeseeable, so that only who has seen the query can answer it.
    package init(_ query: DNSQuery, pattern: PatternSearch?, overTCP: Bool, id: UInt16) {
        questions = query.questions
        self.pattern = pattern
        self.id = id
        isStream = overTCP
    }

    package var awaited: String { "answer for \(questions[asked].description)" }

    package mutating func open() -> ExchangeStep { ask() }

    private func ask() -> ExchangeStep {
        let message = DNSMessage.query(questions[asked], id: id)
        return .send(isStream ? [UInt8(message.count >> 8), UInt8(message.count & 0xff)] + message : message)
    }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> ExchangeStep {
        guard isStream else { return take(Array(bytes)) }
        pending += bytes
        while pending.count >= 2 {
            let length = Int(pending[0]) << 8 | Int(pending[1])
            guard pending.count >= 2 + length else { break }
            let message = Array(pending[2..<2 + length])
            pending.removeFirst(2 + length)
            let step = take(message)
            if step != .more { return step }
        }
        return .more
    }

    private mutating func take(_ bytes: [UInt8]) -> ExchangeStep {
        guard let message = DNSMessage(bytes), message.isResponse else {
            return discard("the answer is no DNS message")
        }
        guard message.id == id else { return discard("the answer has another identifier than the query") }
        guard message.question == questions[asked] || (message.question == nil && message.code != 0) else {
            return discard("the answer is for another question")
        }
        if let refusal = message.refusal { return .failed("\(refusal) for \(questions[asked].description)") }
        return judge(message)
    }

    /// Bytes that are no answer to the query do not count: over UDP anybody may send them.
    private mutating func discard(_ reason: String) -> ExchangeStep {
        complaint = reason
        return isStream ? .failed(reason) : .more
    }

    private mutating func judge(_ message: DNSMessage) -> ExchangeStep {
        let question = questions[asked]
        for record in message.answers {
            guard let text = Self.text(record, for: question.type) else { continue }
            guard let pattern else { return .passed("\(question.type.name) \(text)") }
            switch pattern(Array(text.utf8)) {
            case .found: return .passed("\(question.type.name) \(text)")
            case .notFound: seen.append(text)
            case let other: return pattern.end(other)
            }
        }
        if message.isTruncated, !isStream { return .truncated }
        if asked + 1 < questions.count {
            asked += 1
            id &+= 1
            return ask()
        }
        guard let pattern, !seen.isEmpty else { return .failed("no \(question.type.name) record for \(question.name)") }
        let shown = seen.prefix(3).joined(separator: ", ") + (seen.count > 3 ? ", ..." : "")
        return .failed("pattern '\(pattern.shown)' not in the answer: \(shown)")
    }

    /// ldirectord looks at A and PTR records, whatever it asked for; here AAAA is looked at where it was asked for.
    private static func text(_ record: DNSMessage.Record, for type: DNSQuestion.RecordType) -> String? {
        switch record {
        case .address(let address):
            address.family == .ipv4 || type == .aaaa ? address.description : nil
        case .pointer(let name): name.description
        case .other: nil
        }
    }
}

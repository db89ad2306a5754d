package import TimeTypes

/// One line of a real server's agent, in the words of HAProxy's agent protocol (its configuration manual,
/// `agent-check`): words parted by blanks or commas, in any order and in letters of any size; what a line does not
/// mention stays as it is.
package struct AgentReport: Hashable, Sendable {
    /// `up`, or `down`, `fail`, `stopped`: whether the service works.
    package var isUp: Bool?
    /// `ready`, `drain`, `maint`: what the server's own operator wants.
    package var wish: Wish?
    /// `75%`: the share of the configured weight.
    package var percent: Int32?
    /// The line as it came, printable, without what ends it.
    package var text: String

    package enum Wish: String, Hashable, Sendable {
        /// Takes `drain` and `maint` back.
        case ready
        /// No new connections.
        case drain
        /// Out of service.
        case maint
    }

    /// A share above the whole is meant for servers that can take more for a while; this is the most.
    static let mostPercent: Int32 = 10_000
    static let textLimit = 120

    /// Nil for a line without any word that is known. `maxconn:N` is known and has no meaning here.
    package init?(_ line: some Collection<UInt8>) {
        let bytes = line.prefix { $0 != 0x0A && $0 != 0x0D }
        text = PlainText.line(bytes.prefix(Self.textLimit))
        var isKnown = false
        // What follows a `#` is for people.
        let words = bytes.prefix { $0 != UInt8(ascii: "#") }
            .split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: ",") }
        for word in words {
            switch String(decoding: word, as: UTF8.self).lowercased() {
            case "up": isUp = true
            case "down", "fail", "stopped": isUp = false
            case "ready": wish = .ready
            case "drain": wish = .drain
            case "maint": wish = .maint
            case let other where other.hasPrefix("maxconn:"): break
            case let other:
                guard other.hasSuffix("%"), let share = Int32(other.dropLast()), (0...Self.mostPercent).contains(share)
                else { continue }
                percent = share
            }
            isKnown = true
        }
        guard isKnown else { return nil }
    }
}

/// What a real server's agent has said so far. Silence changes nothing: whether a server is well is for its checks.
package struct AgentState: Hashable, Sendable {
    package private(set) var isUp = true
    package private(set) var wish = AgentReport.Wish.ready
    package private(set) var percent: Int32 = 100
    /// The latest line; nil before the first.
    package private(set) var text: String?
    /// Why nothing was heard last time; nil when something was.
    package private(set) var problem: String?

    /// Nothing is known of a server that gets no connections yet, so it gets none before the first answer, or silence.
    package private(set) var isAwaited = false
    /// When what it means for the server became what it is; nil when that was not seen.
    package var since: WallTime?

    package init(isAwaited: Bool = false) {
        self.isAwaited = isAwaited
    }

    /// What an earlier run has heard.
    package init(isUp: Bool, wish: AgentReport.Wish, percent: Int32, text: String?) {
        self.isUp = isUp
        self.wish = wish
        self.percent = min(max(percent, 0), AgentReport.mostPercent)
        self.text = text
    }

    /// Whether it has asked for anything.
    package var isDefault: Bool { isUp && wish == .ready && percent == 100 }

    /// The server takes no connections at all.
    package var isOut: Bool { !isUp || wish == .maint }
    /// The server takes no new connections, by `drain` or a share of nothing.
    package var isDraining: Bool { !isOut && (wish == .drain || percent == 0) }

    /// What it means for the server beside the share of its weight.
    package enum Effect: String, Hashable, Sendable {
        case none
        case drain
        case out
    }

    package var effect: Effect { isOut ? .out : isDraining ? .drain : .none }

    /// Takes in what one inquiry found. Returns whether anything may follow for the kernel.
    package mutating func observe(_ result: CheckResult) -> Bool {
        let wasAwaited = isAwaited
        isAwaited = false
        guard result.passed, let report = AgentReport(result.reason.utf8) else {
            problem = result.passed ? "it says nothing that is known: \(result.reason)" : result.reason
            return wasAwaited
        }
        problem = nil
        text = report.text
        let before = (isUp, wish, percent)
        isUp = report.isUp ?? isUp
        wish = report.wish ?? wish
        percent = report.percent ?? percent
        return wasAwaited || before != (isUp, wish, percent)
    }

    /// The share of a weight, at least 1 of one that is not 0 unless the agent wants nothing.
    package func share(of weight: Int32) -> Int32 {
        guard weight > 0 else { return weight }
        guard !isOut, !isDraining else { return 0 }
        return Int32(min(65_535, max(1, Int64(weight) * Int64(percent) / 100)))
    }

    /// For people: what it said, and whether that is of late.
    package var words: String {
        switch (text, problem) {
        case (nil, nil): "not heard yet"
        case (let text?, nil): text
        case (nil, let problem?): "never heard: \(problem)"
        case (let text?, let problem?): "\(text) (silent now: \(problem))"
        }
    }
}

/// The inquiry itself: one TCP connection, the line that the server sends.
package struct AgentCheck: Hashable, Sendable {
    /// Sent first, with the line's end that is written in it; nil for nothing.
    package var send: String?

    package init(send: String? = nil) {
        self.send = send
    }
}

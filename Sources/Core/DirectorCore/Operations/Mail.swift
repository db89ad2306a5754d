internal import Digests
package import DirectorConfig
import HealthChecking
package import TimeTypes

/// One mail, before it is known from which host and when it is sent.
package struct Mail: Hashable, Sendable {
    /// The subject without the name of the service.
    package var text: String
    package var recipients: [String]
    /// Who it comes from, as `Name <address>` or an address; nil for this user on this host.
    package var sender: String?
    /// The server that takes it, `host` or `host:port`; nil for the local sendmail.
    package var server: String?
    package var state: AlertSettings.State
    package var serviceName: String?
    package var comment: String?
    /// How many policies have led to it, one after the other: what becomes of it is an event of that depth.
    package var depth = 0
    /// The subjects of further mails that it stands for.
    package private(set) var further: [String] = []
    /// How many more there were than are kept.
    package private(set) var left = 0

    /// What one mail holds at most; whoever gets that many looks at the events.
    package static let furtherLimit = 500

    package init(
        text: String, recipients: [String], sender: String? = nil, server: String? = nil,
        state: AlertSettings.State = .running, serviceName: String? = nil, comment: String? = nil
    ) {
        self.text = text
        self.recipients = recipients
        self.sender = sender
        self.server = server
        self.state = state
        self.serviceName = serviceName
        self.comment = comment
    }

    package var subject: String {
        guard let serviceName, !serviceName.isEmpty else { return text }
        return "[\(serviceName)] \(text)"
    }

    /// How many mails it stands for.
    package var count: Int { 1 + further.count + left }

    /// Takes in another one, that waits for the same recipients.
    package mutating func take(_ other: Mail) {
        for line in [other.subject] + other.further {
            if further.count < Self.furtherLimit { further.append(line) } else { left += 1 }
        }
        left += other.left
        state = other.state
        depth = max(depth, other.depth)
    }

    /// The subject, with how many others it stands for.
    package var headline: String { count == 1 ? subject : "\(subject) and \(count - 1) more" }

    /// The bare address of the sender.
    package func envelopeSender(user: String, host: String) -> String {
        Self.bareAddress(sender ?? "\(user)@\(host)")
    }

    /// `ld@example.org` of `Linux Director <ld@example.org>`.
    package static func bareAddress(_ text: String) -> String {
        guard let open = text.lastIndex(of: "<"), let close = text[open...].firstIndex(of: ">") else { return text }
        return String(text[text.index(after: open)..<close])
    }

    /// The whole message (RFC 5322), with the body that ldirectord sends.
    /// - Parameter lineEnd: CR LF on the wire, LF for the local sendmail.
    package func message(
        host: String, user: String, date: CalendarTime, identifier: String, lineEnd: String = "\r\n"
    ) -> String {
        var lines = [
            "From: \(Self.header(sender ?? "\(user)@\(host)"))",
            "To: \(recipients.map(Self.header).joined(separator: ", "))",
            "Subject: \(Self.header(headline))",
            "Date: \(date.mailText)",
            "Message-ID: <\(identifier)@\(host)>",
            // So that no answering machine answers (RFC 3834).
            "Auto-Submitted: auto-generated",
        ]
        var body = ["ldirectord host: \(host)"] + ([subject] + further).map { "Log-Message: \($0)" }
        if left > 0 { body.append("and \(left) more, see director events") }
        body.append("Daemon-Status: \(state.rawValue)")
        var details: [String] = []
        // Of one service; where there are several lines, each names its own.
        let isAlone = count == 1
        if isAlone, let serviceName, !serviceName.isEmpty { details.append("Service name: \(serviceName)") }
        if isAlone, let comment, !comment.isEmpty { details.append("Comment: \(comment)") }
        if !details.isEmpty { body += [""] + details + [""] }
        // Whatever a text holds, it adds no line to the message.
        body = body.map { PlainText.line($0) }
        if body.contains(where: { !$0.utf8.allSatisfy { $0 < 0x80 } }) {
            lines += [
                "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit",
            ]
        }
        return (lines + [""] + body).map { $0 + lineEnd }.joined()
    }

    /// A header's text; what is not ASCII is encoded (RFC 2047).
    private static func header(_ text: String) -> String {
        let line = PlainText.line(text)
        guard !line.utf8.allSatisfy({ $0 < 0x80 }) else { return line }
        if let open = line.lastIndex(of: "<"), open > line.startIndex {
            // The name before an address is text, the address is not.
            let name = line[..<open].reversed().drop { $0 == " " }.reversed()
            return "\(encoded(String(name))) \(line[open...])"
        }
        return encoded(line)
    }

    /// Encoded words of at most 75 bytes, cut between characters.
    private static func encoded(_ text: String) -> String {
        var words: [String] = []
        var chunk: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if chunk.count + bytes.count > 45 {
                words.append("=?utf-8?B?\(Base64.encode(chunk))?=")
                chunk = []
            }
            chunk += bytes
        }
        if !chunk.isEmpty { words.append("=?utf-8?B?\(Base64.encode(chunk))?=") }
        return words.joined(separator: " ")
    }
}

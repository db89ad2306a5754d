internal import EventLoop
internal import Glibc

/// The words for what went wrong with a real server, as an operator would say them.
enum FailureReason {
    /// `connection refused`, `no route to host`: the system's words, without their capital.
    static func errno(_ number: Int32) -> String {
        switch number {
        case ECONNREFUSED: return "connection refused"
        case ECONNRESET: return "connection reset by the server"
        case EHOSTUNREACH: return "no route to host"
        case ENETUNREACH: return "network is unreachable"
        case ETIMEDOUT: return "connection timed out"
        case EPIPE: return "connection closed by the server"
        case EADDRNOTAVAIL: return "no free local port for this address"
        case EMFILE: return "the prober has no free descriptor (raise LimitNOFILE)"
        case ENFILE: return "the machine has no free descriptor (raise fs.file-max)"
        case EACCES, EPERM: return "not permitted by a local packet filter or route"
        default:
            let words = ErrnoText.describe(number)
            return words.prefix(1).lowercased() + words.dropFirst()
        }
    }

    /// This machine has none left of something, and the server has nothing to do with it.
    static func isShortage(_ number: Int32) -> Bool {
        [EMFILE, ENFILE, ENOBUFS, ENOMEM, EAGAIN, EADDRNOTAVAIL].contains(number)
    }

    static func noConnection(within timeout: Duration) -> String { "no connection within \(text(timeout))" }
    static func noAnswer(within timeout: Duration) -> String { "no answer within \(text(timeout))" }
    static func unfinishedAnswer(within timeout: Duration) -> String { "answer not complete within \(text(timeout))" }
    static func unfinishedHandshake(within timeout: Duration) -> String {
        "TLS handshake not complete within \(text(timeout))"
    }

    /// - Parameter hasBegun: a part of what is awaited has arrived.
    static func silence(_ awaited: String, hasBegun: Bool, within timeout: Duration) -> String {
        hasBegun ? "\(awaited) not complete within \(text(timeout))" : "no \(awaited) within \(text(timeout))"
    }

    /// `5s`, `1.5s`, `200ms`.
    static func text(_ span: Duration) -> String {
        let milliseconds = span.components.seconds * 1000 + span.components.attoseconds / 1_000_000_000_000_000
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        if milliseconds % 1000 == 0 { return "\(milliseconds / 1000)s" }
        var fraction = String(milliseconds % 1000 + 1000).dropFirst()
        while fraction.last == "0" { fraction = fraction.dropLast() }
        return "\(milliseconds / 1000).\(fraction)s"
    }
}

/// One conversation over a connection, as a machine: it is told what arrives and says what is to be done. It knows no
/// sockets and no time; whoever drives it ends it at its deadline.
package protocol Dialogue: Awaiting {
    /// The connection is there.
    mutating func begin() -> DialogueStep
    mutating func receive(_ bytes: ArraySlice<UInt8>) -> DialogueStep
    /// The server has closed the connection.
    mutating func end() -> DialogueStep
}

/// What can say why nothing came of it.
package protocol Awaiting: Sendable {
    /// What has not come yet: `greeting`, `answer to EHLO`.
    var awaited: String { get }
    /// A part of what is awaited has arrived.
    var isPartial: Bool { get }
}

package enum DialogueStep: Equatable, Sendable {
    /// Nothing until more arrives.
    case wait
    case send([UInt8])
    /// The server is up, unless the check has a pattern and the subject, where there is one, does not match it.
    /// - Parameter farewell: what a polite client says before it closes; no answer is waited for.
    case passed(String, subject: [UInt8]? = nil, farewell: [UInt8] = [])
    case failed(String)
}

extension Awaiting {
    /// Why a run failed whose time is over while something is awaited.
    package func silence(within time: String) -> String {
        isPartial ? "\(awaited) not complete within \(time)" : "no \(awaited) within \(time)"
    }

    /// Why a run failed whose connection the server has closed while something is awaited.
    package var closure: String {
        isPartial ? "connection closed in the middle of the \(awaited)" : "connection closed without \(awaited)"
    }
}

extension Collection<UInt8> {
    /// What was seen, for a person: at most 80 characters between quotes, what is no printable ASCII as `\xNN`.
    package var seen: String {
        var text = "'"
        for byte in self {
            guard text.utf8.count <= 80 else { return text + "...'" }
            if (0x20...0x7E).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
            }
        }
        return text + "'"
    }
}

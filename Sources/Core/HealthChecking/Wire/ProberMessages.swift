/// Names one check between engine and prober. The engine chooses it; consecutive numbers spread best over the interval.
package struct CheckID: Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }
}

/// What the engine asks of the prober.
package enum ProberRequest: Equatable, Sendable {
    /// Run this check from now on. A known id is given the new specification and starts over.
    case add(CheckID, CheckSpec)
    /// Forget the check; a run in flight is ended and reports nothing. An unknown id is no error.
    case remove(CheckID)
    /// Run the check at once rather than when it is due. An unknown id is no error.
    case runNow(CheckID)

    /// A check that the engine runs itself.
    package var isForEngine: Bool {
        if case .add(_, let spec) = self { spec.isForEngine } else { false }
    }
}

/// What the prober tells the engine.
package enum ProberReport: Equatable, Sendable {
    /// The first message on a connection.
    case hello(version: UInt16, pid: Int32)
    /// One run has ended.
    case result(CheckID, CheckResult)
    /// Something about a check's server that is no result, for people; it goes on behind the server's name.
    case remark(CheckID, String)
    /// Why checks cannot be judged for want of something on this machine, said again while it lasts; nil: it is over.
    case shortage(String?)

    /// The version of this protocol. Engine and prober come from one build, so another version means that an upgrade is
    /// half done: the engine says so and waits for the supervisor to start the right program.
    package static let currentVersion: UInt16 = 4
}

/// Why a message could not be written or bytes are no message.
package enum WireProblem: Error, Equatable, Sendable {
    /// The frame is announced, or would be, larger than the limit.
    case frameTooLarge(Int)
    case unknownMessage(UInt8)
    case truncated
    /// Bytes that are left over behind a whole message.
    case trailing(Int)
    /// A field has a value that the protocol does not know.
    case badField(String)
}

extension WireProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .frameTooLarge(let size): "a message of \(size) bytes is larger than \(Wire.frameLimit)"
        case .unknownMessage(let type): "unknown message type \(type)"
        case .truncated: "a message ends in the middle of a field"
        case .trailing(let count): "\(count) bytes too many in a message"
        case .badField(let field): "\(field) has no valid value"
        }
    }
}

/// The frame that all messages share: the length of what follows in 4 bytes, then one byte of type, then the fields.
/// Integers are in network order, strings are UTF-8 behind a length of 2 bytes.
package enum Wire {
    /// The largest frame, its four bytes of length not counted.
    package static let frameLimit = 65_536
}

/// A message of one direction.
package protocol WireMessage: Sendable {
    /// The whole frame, length included.
    func frame() throws(WireProblem) -> [UInt8]
    /// The message in a frame whose length is stripped.
    init(payload: ArraySlice<UInt8>) throws(WireProblem)
}

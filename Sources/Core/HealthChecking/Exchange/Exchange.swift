package import Digests

/// One conversation with a server in its own protocol: a state machine over bytes. Who drives it owns the socket and
/// the clock; it says what to send, and in the end what was found.
///
/// Over UDP each call of `receive` has one datagram, and `close` is never called.
package protocol Exchange {
    /// The way to the server is there.
    mutating func open() -> ExchangeStep
    mutating func receive(_ bytes: ArraySlice<UInt8>) -> ExchangeStep
    /// The server has closed the connection.
    mutating func close() -> ExchangeStep
    /// The answer to a step `.secure` or `.secureAfter`: what follows goes over TLS.
    mutating func secured() -> ExchangeStep
    /// The answer to a step `.derive`.
    mutating func derived(_ saltedPassword: [UInt8]) -> ExchangeStep
    /// What is waited for, as the operator calls it: `greeting`, `answer to the login`.
    var awaited: String { get }
    /// What was wrong with answers that did not count, for when no other came.
    var complaint: String? { get }
}

extension Exchange {
    package mutating func close() -> ExchangeStep { .failed(closedEarly) }
    package mutating func secured() -> ExchangeStep { .more }
    package mutating func derived(_ saltedPassword: [UInt8]) -> ExchangeStep { .more }
    package var complaint: String? { nil }
    package var closedEarly: String { "connection closed by the server before its \(awaited)" }
}

/// What an exchange goes over.
package enum ExchangeWay: Sendable {
    case tcp
    /// TCP on which the exchange asks for TLS itself.
    case tls
    case udp
}

/// What comes next in an exchange.
package enum ExchangeStep: Equatable, Sendable {
    /// Nothing to do before more bytes are there.
    case more
    /// Send this; over UDP, send it again until something is received that counts.
    case send([UInt8])
    /// Send this and then say that nothing more will come.
    case sendLast([UInt8])
    /// A slow computation: `derived` is called with its result.
    case derive(KeyDerivation)
    /// The server waits for a TLS handshake; `secured` is called after it.
    case secure
    /// The same once this has been sent.
    case secureAfter([UInt8])
    /// The server refuses who comes without TLS, in these words: the exchange has to be made again with it.
    case needsTLS(String)
    /// The answer does not fit a datagram: the exchange has to be made over TCP.
    case truncated
    /// The server is good. The farewell is sent before the connection is closed, as far as it can be without waiting.
    case passed(String, farewell: [UInt8] = [])
    case failed(String, farewell: [UInt8] = [])
    /// What was lacking here, so that nothing is known of the server.
    case unjudged(String)
}

/// What SCRAM's salted password is made of. The same values have the same result, which can be kept.
package struct KeyDerivation: Hashable, Sendable {
    package var password: [UInt8]
    package var salt: [UInt8]
    package var iterations: Int

    package init(password: [UInt8], salt: [UInt8], iterations: Int) {
        self.password = password
        self.salt = salt
        self.iterations = iterations
    }

    package var work: SaltedPassword { SaltedPassword(password: password, salt: salt, iterations: iterations) }
}

/// Whether a pattern matches somewhere in the bytes; the patterns themselves are not Core's.
package struct PatternSearch {
    package enum Outcome: Equatable, Sendable {
        case found, notFound, tooCostly, noMemory
        case failed(String)
    }

    package let text: String
    private let search: ([UInt8]) -> Outcome

    package init(_ text: String, _ search: @escaping ([UInt8]) -> Outcome) {
        self.text = text
        self.search = search
    }

    package func callAsFunction(_ bytes: [UInt8]) -> Outcome { search(bytes) }
}

internal import Digests

/// A login at a PostgreSQL server and one statement, whose rows, found or changed, are counted: ldirectord's meaning of
/// up is that there is one.
package struct PostgreSQLExchange: Exchange {
    private enum Phase {
        /// The server is to say whether it has TLS.
        case securing
        case login
        /// Authenticated; the server tells its parameters.
        case starting
        case query
    }

    private typealias Message = ServerMessages<PostgreSQLHeader>.Message
    private typealias Truncated = BodyReader.Truncated

    private let login: DatabaseLogin
    private let overTLS: Bool
    private var scram: SCRAMClient
    private var phase: Phase
    private var messages = ServerMessages<PostgreSQLHeader>()
    private var start: [UInt8] = []
    private var isFirst = true
    private var rows: Int?
    private var failure: String?

    /// - Parameter nonce: printable, without a comma, unforeseeable.
    package init(_ login: DatabaseLogin, nonce: String, overTLS: Bool = false) {
        self.login = login
        self.overTLS = overTLS
        phase = overTLS ? .securing : .login
        scram = SCRAMClient(password: login.password, nonce: nonce)
    }

    package var awaited: String {
        switch phase {
        case .securing: "answer to the wish for TLS"
        case .login, .starting: "answer to the login"
        case .query: "answer to the query"
        }
    }

    package mutating func open() -> ExchangeStep {
        overTLS ? .send(PostgreSQLClient.secure) : startUp
    }

    package mutating func secured() -> ExchangeStep { startUp }

    private var startUp: ExchangeStep {
        .send(PostgreSQLClient.startup(user: login.user, database: login.database))
    }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> ExchangeStep {
        if start.count < 40 { start += bytes.prefix(40) }
        if case .securing = phase { return secure(bytes) }
        messages.append(bytes)
        return proceed()
    }

    /// One letter and no more: what came behind it would not be the server's secret words (CVE-2021-23222).
    private mutating func secure(_ bytes: ArraySlice<UInt8>) -> ExchangeStep {
        guard bytes.count == 1, let letter = bytes.first else { return noServer }
        switch letter {
        case UInt8(ascii: "S"):
            phase = .login
            start = []
            return .secure
        case UInt8(ascii: "N"): return .failed("the server has no TLS")
        default: return noServer
        }
    }

    package mutating func derived(_ saltedPassword: [UInt8]) -> ExchangeStep {
        .send(PostgreSQLClient.saslResponse(scram.final(saltedPassword)))
    }

    private mutating func proceed() -> ExchangeStep {
        while true {
            switch messages.next() {
            case .more: return mayBegin(messages.opening) ? .more : noServer
            case .garbage: return isFirst ? noServer : .failed("the \(awaited) is no PostgreSQL message")
            case .message(let message):
                guard mayBegin((message.tag, message.length)) else { return noServer }
                isFirst = false
                let step: ExchangeStep
                do throws(Truncated) {
                    step = try take(message.tag, message)
                } catch {
                    step = .failed("the \(awaited) is no PostgreSQL message")
                }
                if step != .more { return step }
            }
        }
    }

    private var noServer: ExchangeStep { .failed("no PostgreSQL server: '\(ServerText.shown(start))'") }

    /// The first message is an authentication request, an error or a notice, and short.
    private func mayBegin(_ opening: (tag: UInt8, length: Int)?) -> Bool {
        guard isFirst, let opening else { return true }
        return [UInt8(ascii: "R"), UInt8(ascii: "E"), UInt8(ascii: "N")].contains(opening.tag)
            && opening.length < 30_000
    }

    private mutating func take(
        _ tag: UInt8, _ message: Message
    ) throws(Truncated) -> ExchangeStep {
        switch (phase, tag) {
        case (.login, UInt8(ascii: "R")): return try authenticate(message.body)
        case (.login, UInt8(ascii: "E")), (.starting, UInt8(ascii: "E")):
            // Refused before any password was asked for; with TLS it may be another line of pg_hba.conf that counts.
            let refusal = "login refused: \(Self.words(message.body))"
            return !overTLS && Self.field("C", message.body) == "28000" ? .needsTLS(refusal) : .failed(refusal)
        case (.query, UInt8(ascii: "E")): failure = failure ?? Self.words(message.body)
        case (.query, UInt8(ascii: "C")): rows = Self.count(message.body)
        case (.query, UInt8(ascii: "G")), (.query, UInt8(ascii: "W")):
            return .failed("the query wants to copy data: it has to report rows")
        case (.starting, UInt8(ascii: "Z")):
            phase = .query
            return .send(PostgreSQLClient.query(login.statement))
        case (.query, UInt8(ascii: "Z")): return verdict
        // Notices, parameters, the key for cancelling, descriptions, rows.
        case (_, UInt8(ascii: "N")), (_, UInt8(ascii: "S")), (.starting, UInt8(ascii: "K")),
            (.query, UInt8(ascii: "T")), (.query, UInt8(ascii: "D")), (.query, UInt8(ascii: "I")),
            (.query, UInt8(ascii: "A")), (.query, UInt8(ascii: "H")), (.query, UInt8(ascii: "d")),
            (.query, UInt8(ascii: "c")):
            break
        default: throw Truncated()
        }
        return .more
    }

    private mutating func authenticate(_ body: [UInt8]) throws(Truncated) -> ExchangeStep {
        var reader = BodyReader(body)
        switch try reader.integer(4) {
        case 0:
            phase = .starting
            return .more
        case 3: return .send(PostgreSQLClient.password(Array(login.password.utf8)))
        case 5:
            let salt = Array(try reader.take(4))
            let inner = Self.hex(Digest.md5(Array(login.password.utf8) + Array(login.user.utf8)))
            return .send(PostgreSQLClient.password(Array("md5".utf8) + Self.hex(Digest.md5(inner + salt))))
        case 10:
            var names: [String] = []
            while case let name = try reader.text(), !name.isEmpty {
                names.append(String(decoding: name, as: UTF8.self))
            }
            guard names.contains(SCRAMClient.mechanism) else {
                return unspoken(ServerText.shown(names.joined(separator: ", ").utf8))
            }
            return .send(PostgreSQLClient.saslInitial(mechanism: SCRAMClient.mechanism, scram.first))
        case 11:
            guard let derivation = scram.challenge(String(decoding: reader.rest, as: UTF8.self)) else {
                return .failed(
                    "the server's SCRAM challenge is none of at most \(SCRAMClient.mostIterations) iterations")
            }
            return .derive(derivation)
        case 12:
            guard scram.verifies(String(decoding: reader.rest, as: UTF8.self)) else {
                return .failed("the server does not know the password that it asks for")
            }
            return .more
        case let number: return unspoken("method \(number)")
        }
    }

    private func unspoken(_ method: String) -> ExchangeStep {
        .failed(
            "the server asks for authentication by \(method): the check speaks password, md5 and "
                + SCRAMClient.mechanism)
    }

    private var verdict: ExchangeStep {
        let farewell = PostgreSQLClient.terminate
        if let failure { return .failed("query failed: \(failure)", farewell: farewell) }
        guard let rows, rows > 0 else { return .failed("the query reports no rows", farewell: farewell) }
        return .passed(rows == 1 ? "1 row" : "\(rows) rows", farewell: farewell)
    }

    /// `SELECT 1`, `INSERT 0 1`: the last word of a command's tag counts its rows, where it has any.
    private static func count(_ body: [UInt8]) -> Int {
        let tag = String(decoding: body.prefix { $0 != 0 }, as: UTF8.self)
        return tag.split(separator: " ").last.flatMap { Int($0) } ?? 0
    }

    /// The message among the fields of an error.
    private static func words(_ body: [UInt8]) -> String { field("M", body) ?? "no words about it" }

    private static func field(_ letter: Unicode.Scalar, _ body: [UInt8]) -> String? {
        let field = body.split(separator: 0).first { $0.first == UInt8(ascii: letter) }
        return field.map { ServerText.shown($0.dropFirst()) }
    }

    private static func hex(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}

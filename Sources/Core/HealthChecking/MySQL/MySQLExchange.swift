/// A login at a MySQL or MariaDB server and one statement, whose rows, found or changed, are counted: ldirectord's
/// meaning of up is that there is one.
package struct MySQLExchange: Exchange {
    private enum Phase {
        case greeting, login, key, result
        /// TLS is being made; the login has this number then.
        case securing(UInt8)
        /// So many descriptions of columns are to come before the rows.
        case columns(Int)
        case rows
    }

    private typealias Message = ServerMessages<MySQLHeader>.Message
    private typealias Truncated = BodyReader.Truncated

    private let login: DatabaseLogin
    /// Random bytes for an encrypted password.
    private let seed: [UInt8]
    private let overTLS: Bool
    /// What the server's greeting says.
    private var hasTLS = false
    private var phase = Phase.greeting
    private var messages = ServerMessages<MySQLHeader>()
    /// How the first bytes look, for the reason.
    private var start: [UInt8] = []
    private var plugin = ""
    private var nonce: [UInt8] = []
    private var rows = 0

    /// - Parameter seed: 20 random bytes.
    package init(_ login: DatabaseLogin, seed: [UInt8], overTLS: Bool = false) {
        self.login = login
        self.overTLS = overTLS
        self.seed = seed
    }

    package var awaited: String {
        switch phase {
        case .greeting: "greeting"
        case .securing, .login, .key: "answer to the login"
        case .result, .columns, .rows: "answer to the query"
        }
    }

    package mutating func open() -> ExchangeStep { .more }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> ExchangeStep {
        if start.count < 40 { start += bytes.prefix(40) }
        messages.append(bytes)
        while true {
            switch messages.next() {
            case .more: return isGreeting ? .more : .failed("no MySQL greeting: '\(ServerText.shown(start))'")
            case .garbage: return .failed("the \(awaited) is no MySQL packet")
            case .message(let message):
                let step: ExchangeStep
                do throws(Truncated) {
                    step = try take(message)
                } catch {
                    step = .failed("the \(awaited) is no MySQL packet")
                }
                if step != .more { return step }
            }
        }
    }

    /// Whether what has arrived of the first packet can be one. It is short and has the number 0, which text of another
    /// protocol never has at that place.
    private var isGreeting: Bool {
        guard case .greeting = phase, let opening = messages.opening else { return true }
        return opening.tag == 0 && opening.length <= 4096
    }

    private mutating func take(_ message: Message) throws(Truncated) -> ExchangeStep {
        guard let first = message.body.first else { throw Truncated() }
        if first == 0xff { return refusal(message) }
        let next = message.tag &+ 1
        switch phase {
        case .greeting: return try greet(message, next)
        // Who speaks before the handshake is not the server that it is made with.
        case .securing: throw Truncated()
        case .login, .key: return try authenticate(message, next)
        case .result: return try begin(message)
        case .columns(let left):
            phase = left > 0 ? .columns(left - 1) : .rows
            // Behind the descriptions stands an end-of-file packet.
            if left == 0, first != 0xfe { throw Truncated() }
            return .more
        case .rows:
            guard first == 0xfe, message.length < 9 else {
                rows += 1
                return .more
            }
            return verdict(rows, "found")
        }
    }

    private mutating func greet(
        _ message: Message, _ next: UInt8
    ) throws(Truncated) -> ExchangeStep {
        guard message.tag == 0, let handshake = MySQLHandshake(message.body) else { throw Truncated() }
        (plugin, nonce) = (handshake.plugin, handshake.nonce)
        // A plugin that is not spoken may not be the user's: the server says so if it is.
        if MySQLAuthentication.answer(plugin, password: [], nonce: nonce) == nil { plugin = MySQLAuthentication.native }
        hasTLS = handshake.hasTLS
        guard overTLS else { return logIn(next) }
        guard hasTLS else { return .failed("the server has no TLS") }
        guard messages.isEmpty else { throw Truncated() }
        phase = .securing(next &+ 1)
        let wish = MySQLClient.opening(database: login.database, overTLS: true)
        return .secureAfter(MySQLClient.packet(wish, sequence: next))
    }

    package mutating func secured() -> ExchangeStep {
        guard case .securing(let number) = phase else { return .more }
        return logIn(number)
    }

    private mutating func logIn(_ number: UInt8) -> ExchangeStep {
        phase = .login
        let answer = MySQLAuthentication.answer(plugin, password: Array(login.password.utf8), nonce: nonce) ?? []
        let body = MySQLClient.login(
            user: login.user, answer: answer, database: login.database, plugin: plugin, overTLS: overTLS)
        return .send(MySQLClient.packet(body, sequence: number))
    }

    private mutating func authenticate(
        _ message: Message, _ next: UInt8
    ) throws(Truncated) -> ExchangeStep {
        switch message.body[0] {
        case 0x00:
            phase = .result
            return .send(MySQLClient.packet(MySQLClient.query(login.statement), sequence: 0))
        case 0xfe: return try change(message.body, next)
        case 0x01 where plugin == MySQLAuthentication.cachingSHA2:
            return try proceed(message.body.dropFirst(), next)
        default: throw Truncated()
        }
    }

    /// The server wants this user authenticated in another way.
    private mutating func change(_ body: [UInt8], _ next: UInt8) throws(Truncated) -> ExchangeStep {
        guard body.count > 1 else { return unspoken("mysql_old_password") }
        var reader = BodyReader(body.dropFirst())
        plugin = String(decoding: try reader.text(), as: UTF8.self)
        nonce = Array(reader.rest.prefix(20))
        guard let answer = MySQLAuthentication.answer(plugin, password: Array(login.password.utf8), nonce: nonce) else {
            return unspoken(ServerText.shown(plugin.utf8))
        }
        guard nonce.count == 20 else { throw Truncated() }
        return .send(MySQLClient.packet(answer, sequence: next))
    }

    private func unspoken(_ plugin: String) -> ExchangeStep {
        .failed(
            "the server asks for authentication by \(plugin): the check speaks \(MySQLAuthentication.native) and "
                + MySQLAuthentication.cachingSHA2)
    }

    /// `caching_sha2_password` goes on: 3 the server knows the password; 4 it does not and wants it, for which it tells
    /// its key when it is asked with 2.
    private mutating func proceed(_ data: ArraySlice<UInt8>, _ next: UInt8) throws(Truncated) -> ExchangeStep {
        if case .key = phase {
            phase = .login
            guard
                let answer = MySQLAuthentication.encrypted(
                    password: Array(login.password.utf8), nonce: nonce, key: Array(data), seed: seed)
            else { return .failed("the server sends no public key to encrypt the password with") }
            return .send(MySQLClient.packet(answer, sequence: next))
        }
        switch data.first {
        case 3: return .more
        case 4 where overTLS: return .send(MySQLClient.packet(Array(login.password.utf8) + [0], sequence: next))
        case 4:
            phase = .key
            return .send(MySQLClient.packet([0x02], sequence: next))
        default: throw Truncated()
        }
    }

    private mutating func begin(
        _ message: Message
    ) throws(Truncated) -> ExchangeStep {
        var reader = BodyReader(message.body)
        guard let first = message.body.first, first != 0xfb else { return .failed("the query asks for a local file") }
        let count = try reader.lengthEncoded(first == 0 ? 1 : 0)
        if first == 0 { return verdict(count, "changed") }
        phase = .columns(count)
        return .more
    }

    private func verdict(_ rows: Int, _ word: String) -> ExchangeStep {
        let farewell = MySQLClient.packet(MySQLClient.quit, sequence: 0)
        guard rows > 0 else { return .failed("the query reports no rows", farewell: farewell) }
        return .passed(rows == 1 ? "1 row \(word)" : "\(rows) rows \(word)", farewell: farewell)
    }

    private static let accessDenied = 1045
    private static let transportRequired = 3159

    /// An error packet: number, `#` and a state, text. Before the login the state is missing.
    private func refusal(_ message: Message) -> ExchangeStep {
        var text = message.body.dropFirst(3)
        if text.first == UInt8(ascii: "#") { text = text.dropFirst(6) }
        let words = ServerText.shown(text)
        switch phase {
        case .greeting: return .failed("refused by the server: \(words)")
        case .securing: return .failed("refused by the server: \(words)")
        case .login, .key:
            // The server wants TLS of everybody, or perhaps of this user: it calls that a wrong password.
            let number = message.body.count > 2 ? Int(message.body[1]) | Int(message.body[2]) << 8 : 0
            let mayNeedTLS = !overTLS && hasTLS && [Self.accessDenied, Self.transportRequired].contains(number)
            return mayNeedTLS ? .needsTLS("login refused: \(words)") : .failed("login refused: \(words)")
        case .result, .columns, .rows:
            return .failed(
                "query failed: \(words)", farewell: MySQLClient.packet(MySQLClient.quit, sequence: 0))
        }
    }
}

extension BodyReader {
    /// A number of one to nine bytes, behind `skipped` bytes.
    fileprivate mutating func lengthEncoded(_ skipped: Int) throws(Truncated) -> Int {
        _ = try take(skipped)
        let first = try byte()
        let value: Int
        switch first {
        case 0xfc: value = try littleEndian(2)
        case 0xfd: value = try littleEndian(3)
        case 0xfe: value = try littleEndian(8)
        case 0xfb, 0xff: throw Truncated()
        default: value = Int(first)
        }
        guard value >= 0 else { throw Truncated() }
        return value
    }
}

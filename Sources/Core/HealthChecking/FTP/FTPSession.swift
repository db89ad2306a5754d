/// FTP (RFC 959): a login and, where the check asks for a file or has a pattern, that file in passive mode.
///
/// The control connection is driven like that of every exchange; `openData` asks for a second one to the same server.
package struct FTPSession {
    package enum Step: Equatable {
        case control(ExchangeStep)
        /// A connection to this port of the server is wanted; `dataOpened` is called when it is there.
        case openData(UInt16)
    }

    private enum State {
        case greeting, user, password, type, passive, openingData, retrieve, transfer
    }

    package static let bodyLimit = HTTPCheck.bodyLimit

    /// 3xx asks for more, such as the password.
    private static let grammar = ReplyGrammar.codes(200...399)

    private let path: String?
    private let login: String?
    private let password: String
    private let pattern: PatternSearch?
    private let isIPv6: Bool
    private var state = State.greeting
    private var buffer = LineBuffer()
    private var reader = ReplyReader(Self.grammar)
    private var body: [UInt8] = []
    private var dataHasEnded = false
    private var transferIsConfirmed = false

    /// - Parameters:
    ///   - request: the file; nil with a pattern stands for `/`, as for ldirectord.
    ///   - pattern: what the file has to match.
    ///   - login: nil for `anonymous`, which need not be let in where no file is asked for.
    package init(request: String?, pattern: PatternSearch?, login: String?, password: String, isIPv6: Bool) {
        path = request.map { $0.hasPrefix("/") ? $0 : "/" + $0 } ?? (pattern == nil ? nil : "/")
        self.pattern = pattern
        self.login = login
        self.password = password
        self.isIPv6 = isIPv6
    }

    /// What is waited for, as the operator calls it.
    package var awaited: String {
        switch state {
        case .greeting: "greeting"
        case .openingData: "data connection"
        case .transfer: dataHasEnded ? "confirmation of the file's end" : "file"
        default: "answer to \(command)"
        }
    }

    /// What has been sent and not been answered.
    private var command: String {
        switch state {
        case .user: "USER"
        case .password: "PASS"
        case .type: "TYPE"
        case .passive: isIPv6 ? "EPSV" : "PASV"
        default: "RETR"
        }
    }

    package mutating func receive(_ bytes: ArraySlice<UInt8>) -> Step {
        do throws(LineBuffer.Excess) {
            try buffer.append(bytes)
            while let line = try buffer.next() {
                let step = take(line)
                if step != .control(.more) { return step }
            }
            return .control(.more)
        } catch {
            return fail("the \(awaited) is \(error.reason)")
        }
    }

    package mutating func dataOpened() -> Step {
        guard case .openingData = state, let path else { return .control(.more) }
        return send("RETR \(path)", .retrieve)
    }

    package mutating func receiveData(_ bytes: ArraySlice<UInt8>) -> Step {
        let room = Self.bodyLimit - body.count
        body += bytes.prefix(room)
        // The rest of a large file is not waited for.
        return bytes.count >= room ? verdict : .control(.more)
    }

    package mutating func dataEnded() -> Step {
        dataHasEnded = true
        return transferIsConfirmed ? verdict : .control(.more)
    }

    // MARK: The control connection's replies

    private mutating func take(_ line: [UInt8]) -> Step {
        let outcome = Self.isPreliminary(line) && reader.code == nil ? .more : reader.read(line)
        if Self.isPreliminary(line), case .retrieve = state {
            state = .transfer
            return .control(.more)
        }
        guard outcome != .more else { return .control(.more) }
        let code = reader.code ?? 0
        reader = ReplyReader(Self.grammar)
        switch outcome {
        case .nonsense: return fail("\(line.seen) is no FTP \(awaited)")
        case .accepted: return accepted(code, line)
        case .refused, .more: return refused(code, line)
        }
    }

    private mutating func accepted(_ code: Int, _ line: [UInt8]) -> Step {
        switch state {
        case .greeting: return send("USER \(login ?? "anonymous")", .user)
        case .user where code == 331: return send("PASS \(password)", .password)
        case .user, .password:
            // 332 would ask for an account, which nobody can give here.
            guard code < 300 else { return fail("\(command) answered with \(line.seen)") }
            return path == nil ? pass("logged in") : send("TYPE I", .type)
        case .type: return send(isIPv6 ? "EPSV" : "PASV", .passive)
        case .passive:
            guard let port = isIPv6 ? Self.extendedPort(line) : Self.port(line) else {
                return fail("\(line.seen) names no port in answer to \(command)")
            }
            state = .openingData
            return .openData(port)
        case .retrieve, .transfer:
            state = .transfer
            transferIsConfirmed = true
            return dataHasEnded ? verdict : .control(.more)
        case .openingData: return fail("\(line.seen) while the data connection is opened")
        }
    }

    private mutating func refused(_ code: Int, _ line: [UInt8]) -> Step {
        switch state {
        case .greeting: return fail("refused with \(line.seen)")
        case .user, .password:
            // Nobody asked for anonymous logins: that the server speaks is what the check is about. 4xx is trouble.
            if login == nil, path == nil, code >= 500 { return pass("anonymous login refused, as may be") }
            return fail("login refused with \(line.seen)")
        case .transfer: return fail("transfer ended with \(line.seen)")
        case .openingData: return fail("\(line.seen) while the data connection is opened")
        default: return fail("\(command) refused with \(line.seen)")
        }
    }

    private mutating func send(_ line: String, _ next: State) -> Step {
        state = next
        return .control(.send(Array("\(line)\r\n".utf8)))
    }

    private func fail(_ reason: String) -> Step { .control(.failed(reason)) }

    private func pass(_ reason: String) -> Step {
        .control(.passed(reason, farewell: Array("QUIT\r\n".utf8)))
    }

    /// The file is there.
    private var verdict: Step {
        pattern?.refusal(of: body, "the file", farewell: []).map { .control($0) } ?? pass("file received")
    }

    /// `150 Here it comes`: the reply proper follows.
    private static func isPreliminary(_ line: [UInt8]) -> Bool {
        line.count >= 3 && line[0] == UInt8(ascii: "1") && line[1...2].allSatisfy { (0x30...0x39).contains($0) }
    }

    /// `227 Entering Passive Mode (h1,h2,h3,h4,p1,p2)`. The host is not looked at: servers behind address translation
    /// name one that nobody reaches, and a check is of the server it was sent to.
    private static func port(_ line: [UInt8]) -> UInt16? {
        let text = String(decoding: line.dropFirst(3), as: UTF8.self)
        guard let start = text.firstIndex(where: \.isNumber) else { return nil }
        let numbers = text[start...].prefix { $0.isNumber || $0 == "," }.split(separator: ",").map { UInt8($0) }
        guard numbers.count == 6, let high = numbers[4], let low = numbers[5] else { return nil }
        let port = UInt16(high) << 8 | UInt16(low)
        return port == 0 ? nil : port
    }

    /// `229 Entering Extended Passive Mode (|||6446|)` (RFC 2428, section 3).
    private static func extendedPort(_ line: [UInt8]) -> UInt16? {
        let text = String(decoding: line, as: UTF8.self)
        guard let open = text.lastIndex(of: "("), let close = text[open...].firstIndex(of: ")") else { return nil }
        let inside = text[text.index(after: open)..<close]
        guard let mark = inside.first else { return nil }
        let parts = inside.split(separator: mark, omittingEmptySubsequences: false)
        guard parts.count == 5, let port = UInt16(parts[3]), port != 0 else { return nil }
        return port
    }
}

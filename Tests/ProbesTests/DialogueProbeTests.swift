import EventLoop
import HealthChecking
import NetworkTypes
import Testing

/// One server of a protocol of mail or directories, and what a check of it comes to.
struct DialogueCell: Sendable, CustomTestStringConvertible {
    var check: DialogueCheck
    var name: String
    var script: Script
    var reason: String
    var passes = false
    var testDescription: String { "\(check.service.rawValue): \(name)" }

    private static let smtp = DialogueCheck(.smtp)
    private static let pop = DialogueCheck(.pop, login: "u", password: "p")
    private static let imap = DialogueCheck(.imap, login: "u", password: "p")
    private static let ldap = DialogueCheck(.ldap, request: "dc=x", receive: "^dc=[xyz]$")

    private static let bound: [UInt8] = [0x30, 12, 2, 1, 1, 0x61, 7, 10, 1, 0, 4, 0, 4, 0]
    private static let denied: [UInt8] = [0x30, 12, 2, 1, 1, 0x61, 7, 10, 1, 49, 4, 0, 4, 0]
    private static let done: [UInt8] = [0x30, 12, 2, 1, 2, 0x65, 7, 10, 1, 0, 4, 0, 4, 0]
    private static func entry(_ name: String) -> [UInt8] {
        [0x30, 13, 2, 1, 2, 0x64, 8, 4, 4] + Array(name.utf8) + [0x30, 0]
    }

    static let all: [DialogueCell] = [
        DialogueCell(
            check: smtp, name: "healthy", script: Script("220 mx\r\n", ["250 mx\r\n"]), reason: "EHLO accepted",
            passes: true),
        DialogueCell(
            check: DialogueCheck(.submission), name: "healthy",
            script: Script("220 mx\r\n", ["500 \r\n", "250 mx\r\n"]),
            reason: "HELO accepted", passes: true),
        DialogueCell(
            check: smtp, name: "wrong answer", script: Script("554 no\r\n"), reason: "refused with '554 no'"),
        DialogueCell(
            check: smtp, name: "closes in mid-answer", script: Script("220 mx\r\n", ["250-m"], then: .closes),
            reason: "connection closed by the server before its answer to EHLO"),
        DialogueCell(
            check: smtp, name: "closes at once", script: Script(then: .closes),
            reason: "connection closed by the server before its greeting"),
        DialogueCell(
            check: smtp, name: "resets in mid-answer", script: Script("220 mx\r\n", ["250-m"], then: .resets),
            reason: "connection reset by the server"),
        DialogueCell(
            check: pop, name: "healthy", script: Script("+OK\r\n", ["+OK\r\n", "+OK\r\n", "+OK 0 0\r\n"]),
            reason: "logged in", passes: true),
        DialogueCell(
            check: pop, name: "wrong login", script: Script("+OK\r\n", ["+OK\r\n", "-ERR no\r\n"]),
            reason: "PASS refused with '-ERR no'"),
        DialogueCell(
            check: imap, name: "healthy", script: Script("* OK\r\n", ["* X\r\na1 OK\r\n", "a2 OK\r\n"]),
            reason: "logged in", passes: true),
        DialogueCell(
            check: imap, name: "wrong login", script: Script("* OK\r\n", ["a1 NO no\r\n"]),
            reason: "LOGIN refused with 'a1 NO no'"),
        DialogueCell(
            check: ldap, name: "healthy", script: Script(bytes: [], [bound, entry("dc=y") + done]),
            reason: "entry found", passes: true),
        DialogueCell(
            check: ldap, name: "wrong entry", script: Script(bytes: [], [bound, entry("ou=x") + done]),
            reason: "pattern '^dc=[xyz]$' not in the name of the entry, 'ou=x'"),
        DialogueCell(
            check: ldap, name: "no entry", script: Script(bytes: [], [bound, done]), reason: "0 entries for 'dc=x'"),
        DialogueCell(
            check: ldap, name: "wrong login", script: Script(bytes: [], [denied]),
            reason: "bind refused: invalidCredentials"),
        DialogueCell(
            check: ldap, name: "closes in mid-answer",
            script: Script(bytes: [], [Array(bound.prefix(5))], then: .closes),
            reason: "connection closed by the server before its answer to the bind"),
    ]

    /// What every service has to stand.
    static let troubles: [DialogueCell] = [smtp, pop, imap, ldap].flatMap { check in
        let greets = check.service != .ldap
        let (awaited, name) = greets ? ("greeting", protocolName(check.service)) : ("answer to the bind", "LDAP")
        return [
            DialogueCell(
                check: check, name: "accepts and says nothing", script: Script(),
                reason: "no \(awaited) within 2s"),
            DialogueCell(
                check: check, name: "one byte at a time",
                script: greets
                    ? Script(
                        check.service == .smtp ? "220 mx" : check.service == .pop ? "+OK hi" : "* OK hi", slow: 300)
                    : Script(bytes: [], [bound], slow: 300),
                reason: "\(awaited) not complete within 2s"),
            DialogueCell(
                check: check, name: "garbage",
                script: greets
                    ? Script(bytes: [0xFF, 0, 0x0A, 0x41], []) : Script(bytes: [], [[0xFF, 0, 0x0A, 0x41]]),
                reason: greets ? "'\\xff\\x00' is no \(name) greeting" : "'\\xff\\x00\\x0aA' is no LDAP \(awaited)"),
            DialogueCell(
                check: check, name: "closes at once", script: Script(bytes: [], greets ? [] : [[]], then: .closes),
                reason: "connection closed by the server before its \(awaited)"),
            DialogueCell(
                check: check, name: "sends without end",
                script: greets
                    ? Script(bytes: [UInt8](repeating: 0x2B, count: 100_000), [])
                    : Script(bytes: [], [[0x30, 0x83, 1, 0, 1] + [UInt8](repeating: 0x2B, count: 100_000)]),
                reason: greets
                    ? "the greeting is \(LineLimit.words)" : "'0\\x83\\x01\\x00\\x01"),
        ]
    }

    private static func protocolName(_ service: ApplicationService) -> String {
        switch service {
        case .pop: "POP3"
        case .imap: "IMAP"
        default: "SMTP"
        }
    }
}

private enum LineLimit {
    /// Both limits begin so.
    static let words = "a line of more than 8192 bytes"
}

@Suite struct DialogueProbeTests {
    init() { EventLoop.main.startOwnThread() }

    @Test(arguments: DialogueCell.all)
    func `a server is up that says what it should`(cell: DialogueCell) async {
        let server = ScriptServer(cell.script)
        defer { server.close() }
        let result = await probe(server.endpoint, .dialogue(cell.check))
        #expect(result.passed == cell.passes)
        #expect(result.reason == cell.reason)
    }

    @Test(arguments: DialogueCell.troubles)
    func `silence, slowness and nonsense end in time and never well`(cell: DialogueCell) async {
        let server = ScriptServer(cell.script)
        defer { server.close() }
        let isSlow = cell.reason.hasSuffix("2s")
        let result = await probe(server.endpoint, .dialogue(cell.check), timeout: .seconds(isSlow ? 2 : 10))
        #expect(!result.passed)
        #expect(result.reason.hasPrefix(cell.reason), "\(result.reason)")
    }

    @Test(arguments: [ApplicationService.smtp, .pop, .imap, .ldap, .ftp])
    func `no listener and a black hole are told apart`(service: ApplicationService) async {
        let nobody = Nobody()
        #expect(await probe(nobody.endpoint, .dialogue(DialogueCheck(service))).reason == "connection refused")
        let hole = BlackHole()
        let result = await probe(hole.endpoint, .dialogue(DialogueCheck(service)), timeout: .milliseconds(300))
        #expect(result.reason == "no connection within 300ms")
    }

    @Test func `a client says goodbye`() async {
        let server = ScriptServer(Script("220 mx\r\n", ["250 mx\r\n"]))
        defer { server.close() }
        #expect(await probe(server.endpoint, .dialogue(DialogueCheck(.smtp))).passed)
        await wait { server.said.count == 2 }
        #expect(server.said == ["EHLO localhost.localdomain\r\n", "QUIT\r\n"])
    }

    @Test func `three hundred at a time all come to their end`() async {
        let server = ScriptServer(Script("220 mx\r\n", ["250 mx\r\n"]))
        let silent = ScriptServer(Script())
        defer {
            server.close()
            silent.close()
        }
        func spec(_ target: Endpoint, _ service: ApplicationService, _ timeout: Duration) -> CheckSpec {
            CheckSpec(target, .dialogue(DialogueCheck(service)), interval: .seconds(1000), timeout: timeout)
        }
        let greeted = await Crowd.run(300, spec(server.endpoint, .smtp, .seconds(30)))
        #expect(greeted == ["EHLO accepted": 300])
        // Half of what libcurl runs, so that those wait for the first.
        let waited = await Crowd.run(300, spec(silent.endpoint, .imaps, .seconds(2)))
        // A machine that is busy enough has not made all connections by then.
        #expect(waited.values.reduce(0, +) == 300)
        #expect(waited.keys.allSatisfy { $0.hasSuffix(" within 2s") }, "\(waited)")
    }
}

import EventLoop
import Glibc
import HealthChecking
import NetworkTypes
import Testing

@Suite(.serialized) struct TLSDialogueTests {
    init() { EventLoop.main.startOwnThread() }

    /// The result once the server listens, which takes it some milliseconds.
    private func probeWhenUp(
        _ target: Endpoint, _ check: DialogueCheck, timeout: Duration = .seconds(10)
    ) async -> CheckResult {
        for _ in 0..<250 {
            let result = await probe(target, .dialogue(check), timeout: timeout)
            if result.reason != "connection refused" { return result }
            await EventLoop.main.sleep(for: .milliseconds(20))
        }
        return await probe(target, .dialogue(check), timeout: timeout)
    }

    private static let healthy = Script("* OK\r\n", ["a1 OK\r\n", "a2 OK\r\n"])

    @Test func `a healthy server is up, whoever vouches for it`() async throws {
        let server = try #require(TLSServer(script: Self.healthy), "openssl is needed: apt-get install openssl")
        defer { server.stop() }
        let result = await probeWhenUp(server.endpoint, DialogueCheck(.imaps, login: "u", password: "p"))
        #expect(result.passed)
        #expect(result.reason == "logged in")
    }

    @Test(arguments: [
        (DialogueCheck(.pops, login: "u"), Script("+OK\r\n", ["-ERR no\r\n"]), "USER refused with '-ERR no'"),
        (DialogueCheck(.pops), Script("+OK h"), "greeting not complete within 1s"),
        (DialogueCheck(.imaps), Script("+OK hi\r\n"), "'+OK hi' is no IMAP greeting"),
        (DialogueCheck(.imaps), Script(), "no greeting within 1s"),
        (DialogueCheck(.imaps), Script("* OK\r\n"), "no answer to NOOP within 1s"),
        (DialogueCheck(.ldaps), Script(), "no answer to the bind within 1s"),
        (DialogueCheck(.imaps), Script("* OK\r\n", ["a2 O"], then: .closes), "connection"),
    ])
    func `what is wrong behind the handshake is said`(check: DialogueCheck, script: Script, reason: String) async throws
    {
        let server = try #require(TLSServer(script: script))
        defer { server.stop() }
        let result = await probeWhenUp(
            server.endpoint, check, timeout: reason.hasSuffix("1s") ? .seconds(1) : .seconds(10))
        #expect(!result.passed)
        #expect(result.reason.hasPrefix(reason), "\(result.reason)")
    }

    @Test func `a server that speaks plainly is refused`() async {
        let server = ScriptServer(Script("* OK\r\n", ["a2 OK\r\n"]))
        defer { server.close() }
        let result = await probe(server.endpoint, .dialogue(DialogueCheck(.imaps)))
        #expect(result.reason.hasPrefix("TLS handshake failed: "), "\(result.reason)")
    }

    @Test(arguments: [ApplicationService.pops, .imaps, .ldaps])
    func `a handshake without an answer ends in time`(service: ApplicationService) async {
        let server = ScriptServer(Script())
        defer { server.close() }
        let result = await probe(server.endpoint, .dialogue(DialogueCheck(service)), timeout: .milliseconds(300))
        #expect(result.reason == "TLS handshake not complete within 300ms")
        let hole = BlackHole()
        let lost = await probe(hole.endpoint, .dialogue(DialogueCheck(service)), timeout: .milliseconds(300))
        #expect(lost.reason == "no connection within 300ms")
    }

    /// Who the certificate is for, who vouches, and for whom it is taken.
    @Test(
        arguments: [
            ("DNS:mail.invalid", true, "mail.invalid", "logged in"),
            ("DNS:mail.invalid", true, "other.invalid", "certificate refused: "),
            ("DNS:mail.invalid", true, nil, "certificate refused: "),
            ("IP:127.0.0.1", true, nil, "logged in"),
            ("DNS:mail.invalid", false, "mail.invalid", "certificate refused: "),
        ] as [(String, Bool, String?, String)])
    func `a certificate is verified where that is asked for`(
        name: String, isTrusted: Bool, host: String?, reason: String
    ) async throws {
        let server = try #require(TLSServer(script: Self.healthy, name: name))
        defer { server.stop() }
        let check = DialogueCheck(
            .imaps, login: "u", password: "p",
            verification: isTrusted ? .authorities(file: server.certificate) : .system, virtualHost: host)
        let result = await probeWhenUp(server.endpoint, check)
        #expect(result.reason.hasPrefix(reason), "\(result.reason)")
        #expect(result.passed == (reason == "logged in"))
    }

    @Test func `a file of authorities that is not there is named`() async throws {
        let server = try #require(TLSServer(script: Self.healthy))
        defer { server.stop() }
        let check = DialogueCheck(.imaps, verification: .authorities(file: "/nonexistent/ca.pem"))
        let result = await probeWhenUp(server.endpoint, check)
        #expect(result.reason.hasPrefix("the file of tls-ca cannot be read: "), "\(result.reason)")
    }

    @Test func `runs that end leave no descriptor behind`() async {
        let server = ScriptServer(Script())
        defer { server.close() }
        for _ in 0..<5 {
            _ = await probe(server.endpoint, .dialogue(DialogueCheck(.imaps)), timeout: .milliseconds(20))
        }
        // Others open and close theirs meanwhile: what leaks would show in most of a hundred runs.
        let before = Self.descriptors
        for _ in 0..<100 {
            _ = await probe(server.endpoint, .dialogue(DialogueCheck(.imaps)), timeout: .milliseconds(5))
        }
        await wait { Self.descriptors < before + 60 }
        #expect(Self.descriptors < before + 60)
    }

    private static var descriptors: Int {
        (0..<4096 as Range<Int32>).count { fcntl($0, F_GETFD) >= 0 }
    }
}

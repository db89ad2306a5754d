import EventLoop
import Foundation
import Glibc
import HealthChecking
import NetworkTypes
import Testing

/// A server of one file, over as many connections as FTP wants.
final class FTPServer: Sendable {
    enum Trouble: Sendable {
        case none, noFile, wrongLogin, silentData, brokenData, unconfirmed, noDataListener
    }

    let endpoint: Endpoint
    private let listener: Int32

    init(ipv6: Bool = false, file: String, _ trouble: Trouble = .none) {
        (listener, endpoint) = FakeServer.listen(ipv6: ipv6, backlog: 8)
        signal(SIGPIPE, SIG_IGN)
        Thread.detachNewThread { [listener] in
            while case let connection = acceptAlone(listener), connection >= 0 {
                Thread.detachNewThread { Self.serve(connection, ipv6, file, trouble) }
            }
            Glibc.close(listener)
        }
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private static func serve(_ control: Int32, _ ipv6: Bool, _ file: String, _ trouble: Trouble) {
        func say(_ line: String) {
            let bytes = Array("\(line)\r\n".utf8)
            _ = write(control, bytes, bytes.count)
        }
        say("220 ready")
        var data: Int32 = -1
        var buffer = [UInt8](repeating: 0, count: 512)
        loop: while case let count = read(control, &buffer, buffer.count), count > 0 {
            let line = String(decoding: buffer[..<count], as: UTF8.self)
            switch line.prefix(4) {
            case "USER": say("331 password?")
            case "PASS": say(trouble == .wrongLogin ? "530 no" : "230 in")
            case "TYPE": say("200 ok")
            case "PASV", "EPSV":
                let backlog: Int32? = trouble == .noDataListener ? nil : 1
                let (passive, endpoint) = FakeServer.listen(ipv6: ipv6, backlog: backlog)
                data = passive
                // A host that nobody reaches: the port alone counts.
                say(
                    ipv6
                        ? "229 Entering (|||\(endpoint.port)|)"
                        : "227 Entering (192,0,2,1,\(endpoint.port >> 8),\(endpoint.port & 0xFF))")
            case "RETR":
                guard trouble != .noFile else {
                    say("550 no such file")
                    continue
                }
                say("150 it comes")
                let transfer = acceptAlone(data)
                if transfer >= 0, trouble != .silentData {
                    _ = write(transfer, Array(file.utf8), file.utf8.count)
                    Glibc.close(transfer)
                    if trouble != .unconfirmed { say(trouble == .brokenData ? "426 broken" : "226 done") }
                }
            default: break loop
            }
        }
        Glibc.close(control)
        if data >= 0 { Glibc.close(data) }
    }
}

@Suite struct FTPProbeTests {
    init() { EventLoop.main.startOwnThread() }

    @Test(
        arguments: [
            (FTPServer.Trouble.none, "welcome", "file received"),
            (.none, "goodbye", "pattern 'goodbye' not in the file"),
            (.noFile, "welcome", "RETR refused with '550 no such file'"),
            (.wrongLogin, "welcome", "login refused with '530 no'"),
            (.brokenData, "welcome", "transfer ended with '426 broken'"),
            (.noDataListener, "welcome", "data connection: connection refused"),
            (.silentData, "welcome", "file not complete within 2s"),
            (.unconfirmed, "welcome", "no confirmation of the file's end within 2s"),
        ], Loopback.families)
    func `a server is up that gives the right file`(
        cell: (trouble: FTPServer.Trouble, pattern: String, reason: String), ipv6: Bool
    ) async {
        let server = FTPServer(ipv6: ipv6, file: "welcome to it", cell.trouble)
        defer { server.close() }
        let check = DialogueCheck(.ftp, request: "x", receive: cell.pattern, login: "u", password: "p")
        let isSlow = cell.reason.hasSuffix("2s")
        let result = await probe(
            server.endpoint, .dialogue(check), timeout: isSlow ? .seconds(2) : .seconds(10))
        #expect(result.reason == cell.reason)
        #expect(result.passed == (cell.reason == "file received"))
    }

    @Test(
        arguments: [
            (FTPServer.Trouble.none, nil, true, "logged in"),
            (.wrongLogin, nil, true, "anonymous login refused, as may be"),
            (.wrongLogin, "u", false, "login refused with '530 no'"),
        ] as [(FTPServer.Trouble, String?, Bool, String)])
    func `without a file a login is enough`(
        trouble: FTPServer.Trouble, login: String?, passes: Bool, reason: String
    ) async {
        let server = FTPServer(file: "", trouble)
        defer { server.close() }
        let result = await probe(server.endpoint, .dialogue(DialogueCheck(.ftp, login: login)))
        #expect(result.passed == passes)
        #expect(result.reason == reason)
    }
}

import HealthChecking
import Testing

/// FTP has two connections, so its conversations are told step by step.
struct FTPSessionTests {
    enum Turn: Sendable {
        case server(String)
        case client(String)
        case data(String)
        case dataEnds
        /// The data connection to this port is wanted and comes to be.
        case opens(UInt16)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var request: String? = "x"
        var hasPattern = true
        var login: String? = "u"
        var isIPv6 = false
        var turns: [Turn]
        var outcome: String
        var testDescription: String { name }
    }

    private static let toLogin: [Turn] = [
        .server("220-Hi\r\n    there\r\n220 go\r\n"), .client("USER u\r\n"), .server("331 word?\r\n"),
        .client("PASS p\r\n"),
    ]
    private static let toFile: [Turn] =
        toLogin + [
            .server("230 in\r\n"), .client("TYPE I\r\n"), .server("200 ok\r\n"), .client("PASV\r\n"),
            .server("227 Entering Passive Mode (10,0,0,1,4,1).\r\n"), .opens(1025), .client("RETR /x\r\n"),
        ]

    static let sessions: [Case] = [
        Case(
            name: "the file comes, then its end is confirmed",
            turns: toFile + [.server("150 comes\r\n"), .data("wel"), .data("come"), .dataEnds, .server("226 ok\r\n")],
            outcome: "passed: file received"),
        Case(
            name: "the end is confirmed before the file comes",
            turns: toFile + [.server("150-it\r\n150 comes\r\n226 ok\r\n"), .data("welcome"), .dataEnds],
            outcome: "passed: file received"),
        Case(
            name: "an empty file", turns: toFile + [.server("150 comes\r\n"), .dataEnds, .server("226 ok\r\n")],
            outcome: "pattern 'welcome' not in the file"),
        Case(
            name: "the transfer breaks",
            turns: toFile + [.server("150 comes\r\n"), .data("wel"), .server("426 broke\r\n")],
            outcome: "transfer ended with '426 broke'"),
        Case(
            name: "the file stops", turns: toFile + [.server("150 comes\r\n"), .data("wel")],
            outcome: "no file"),
        Case(
            name: "nobody confirms the end", turns: toFile + [.server("150 comes\r\n"), .data("welcome"), .dataEnds],
            outcome: "no confirmation of the file's end"),
        Case(
            name: "no such file", turns: toFile + [.server("550 none\r\n")], outcome: "RETR refused with '550 none'"),
        Case(
            name: "a wrong password", turns: toLogin + [.server("530 no\r\n")], outcome: "login refused with '530 no'"),
        Case(
            name: "no password is asked for", hasPattern: false,
            turns: [.server("220 hi\r\n"), .client("USER u\r\n"), .server("230 in\r\n"), .client("TYPE I\r\n")],
            outcome: "no answer to TYPE"),
        Case(
            name: "an account is asked for", turns: toLogin + [.server("332 account?\r\n")],
            outcome: "PASS answered with '332 account?'"),
        Case(
            name: "passive mode is not known", turns: Array(toFile.dropLast(3)) + [.server("502 no\r\n")],
            outcome: "PASV refused with '502 no'"),
        Case(
            name: "passive mode without a port", turns: Array(toFile.dropLast(3)) + [.server("227 (1,2,3,4,5)\r\n")],
            outcome: "'227 (1,2,3,4,5)' names no port in answer to PASV"),
        Case(
            name: "passive mode with a port of nonsense",
            turns: Array(toFile.dropLast(3)) + [.server("227 (1,2,3,4,256,1)\r\n")],
            outcome: "'227 (1,2,3,4,256,1)' names no port in answer to PASV"),
        Case(
            name: "extended passive mode over IPv6", isIPv6: true,
            turns: toLogin + [
                .server("230 in\r\n"), .client("TYPE I\r\n"), .server("200 ok\r\n"), .client("EPSV\r\n"),
                .server("229 Entering Extended Passive Mode (|||6446|)\r\n"), .opens(6446), .client("RETR /x\r\n"),
            ], outcome: "no answer to RETR"),
        Case(
            name: "a login is enough where no file is asked for", request: nil, hasPattern: false,
            turns: toLogin + [.server("230 in\r\n")], outcome: "passed: logged in"),
        Case(
            name: "a pattern alone asks for the root", request: nil,
            turns: Array(toFile.dropLast()) + [.client("RETR /\r\n"), .server("550 no file\r\n")],
            outcome: "RETR refused with '550 no file'"),
        Case(
            name: "anonymous need not be let in", request: nil, hasPattern: false, login: nil,
            turns: [
                .server("220 hi\r\n"), .client("USER anonymous\r\n"), .server("331 who?\r\n"), .client("PASS p\r\n"),
                .server("530 no\r\n"),
            ], outcome: "passed: anonymous login refused, as may be"),
        Case(
            name: "anonymous must be let in for a file", login: nil,
            turns: [.server("220 hi\r\n"), .client("USER anonymous\r\n"), .server("530 no\r\n")],
            outcome: "login refused with '530 no'"),
        Case(
            name: "trouble is no refusal of anonymous", request: nil, hasPattern: false, login: nil,
            turns: [.server("220 hi\r\n"), .client("USER anonymous\r\n"), .server("421 too many\r\n")],
            outcome: "login refused with '421 too many'"),
        Case(name: "a delay, then the greeting", turns: [.server("120 soon\r\n")], outcome: "no greeting"),
        Case(name: "refused", turns: [.server("421 full\r\n")], outcome: "refused with '421 full'"),
        Case(
            name: "another protocol", turns: [.server("SSH-2.0-x\r\n")], outcome: "'SSH-2.0-x' is no FTP greeting"),
        Case(name: "silence", turns: [], outcome: "no greeting"),
    ]

    @Test(arguments: sessions, [false, true])
    func aServerGivesTheFile(session: Case, bytewise: Bool) {
        var ftp = FTPSession(
            request: session.request, pattern: session.hasPattern ? containing("welcome") : nil, login: session.login,
            password: "p",
            isIPv6: session.isIPv6)
        var step = FTPSession.Step.control(.more)
        for turn in session.turns {
            switch turn {
            case .client(let line): #expect(step == .control(.send(Array(line.utf8))))
            case .opens(let port):
                #expect(step == .openData(port))
                step = ftp.dataOpened()
            case .data(let text): step = ftp.receiveData(Array(text.utf8)[...])
            case .dataEnds: step = ftp.dataEnded()
            case .server(let text):
                step = .control(.more)
                if bytewise {
                    for byte in text.utf8 where step == .control(.more) { step = ftp.receive([byte]) }
                } else {
                    step = ftp.receive(Array(text.utf8)[...])
                }
            }
        }
        #expect(outcome(step, ftp) == session.outcome)
    }

    @Test func aLargeFileIsNotReadToItsEnd() {
        var ftp = FTPSession(request: "x", pattern: containing("b"), login: "u", password: "p", isIPv6: false)
        let piece = [UInt8](repeating: 0x61, count: FTPSession.bodyLimit / 2)
        #expect(ftp.receiveData(piece[...]) == .control(.more))
        // What would match comes behind the limit.
        #expect(outcome(ftp.receiveData((piece + [0x62])[...]), ftp) == "pattern 'b' not in the file")
    }

    private func outcome(_ step: FTPSession.Step, _ ftp: FTPSession) -> String {
        switch step {
        case .control(.passed(let reason, let farewell)):
            #expect(farewell == Array("QUIT\r\n".utf8))
            return "passed: \(reason)"
        case .control(.failed(let reason, _)): return reason
        case .control, .openData: return "no \(ftp.awaited)"
        }
    }
}

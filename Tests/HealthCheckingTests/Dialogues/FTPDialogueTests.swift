import HealthChecking
import Testing

/// FTP has two connections, so its conversations are told step by step.
struct FTPDialogueTests {
    enum Turn: Sendable {
        case server(String)
        case client(String)
        case data(String)
        case dataEnds
        /// The data connection to this port is wanted and comes to be.
        case opens(UInt16)
    }

    struct Session: Sendable, CustomTestStringConvertible {
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

    static let sessions: [Session] = [
        Session(
            name: "the file comes, then its end is confirmed",
            turns: toFile + [.server("150 comes\r\n"), .data("wel"), .data("come"), .dataEnds, .server("226 ok\r\n")],
            outcome: "passed: file received about 'welcome'"),
        Session(
            name: "the end is confirmed before the file comes",
            turns: toFile + [.server("150-it\r\n150 comes\r\n226 ok\r\n"), .data("welcome"), .dataEnds],
            outcome: "passed: file received about 'welcome'"),
        Session(
            name: "an empty file", turns: toFile + [.server("150 comes\r\n"), .dataEnds, .server("226 ok\r\n")],
            outcome: "passed: file received about ''"),
        Session(
            name: "the transfer breaks",
            turns: toFile + [.server("150 comes\r\n"), .data("wel"), .server("426 broke\r\n")],
            outcome: "transfer ended with '426 broke'"),
        Session(
            name: "the file stops", turns: toFile + [.server("150 comes\r\n"), .data("wel")],
            outcome: "file not complete within 1s"),
        Session(
            name: "nobody confirms the end", turns: toFile + [.server("150 comes\r\n"), .data("welcome"), .dataEnds],
            outcome: "end of the file's transfer not complete within 1s"),
        Session(
            name: "no such file", turns: toFile + [.server("550 none\r\n")], outcome: "RETR refused with '550 none'"),
        Session(
            name: "a wrong password", turns: toLogin + [.server("530 no\r\n")], outcome: "login refused with '530 no'"),
        Session(
            name: "no password is asked for", hasPattern: false,
            turns: [.server("220 hi\r\n"), .client("USER u\r\n"), .server("230 in\r\n"), .client("TYPE I\r\n")],
            outcome: "no answer to TYPE within 1s"),
        Session(
            name: "an account is asked for", turns: toLogin + [.server("332 account?\r\n")],
            outcome: "PASS answered with '332 account?'"),
        Session(
            name: "passive mode is not known", turns: Array(toFile.dropLast(3)) + [.server("502 no\r\n")],
            outcome: "PASV refused with '502 no'"),
        Session(
            name: "passive mode without a port", turns: Array(toFile.dropLast(3)) + [.server("227 (1,2,3,4,5)\r\n")],
            outcome: "'227 (1,2,3,4,5)' names no port in answer to PASV"),
        Session(
            name: "passive mode with a port of nonsense",
            turns: Array(toFile.dropLast(3)) + [.server("227 (1,2,3,4,256,1)\r\n")],
            outcome: "'227 (1,2,3,4,256,1)' names no port in answer to PASV"),
        Session(
            name: "extended passive mode over IPv6", isIPv6: true,
            turns: toLogin + [
                .server("230 in\r\n"), .client("TYPE I\r\n"), .server("200 ok\r\n"), .client("EPSV\r\n"),
                .server("229 Entering Extended Passive Mode (|||6446|)\r\n"), .opens(6446), .client("RETR /x\r\n"),
            ], outcome: "no answer to RETR within 1s"),
        Session(
            name: "a login is enough where no file is asked for", request: nil, hasPattern: false,
            turns: toLogin + [.server("230 in\r\n")], outcome: "passed: logged in"),
        Session(
            name: "a pattern alone asks for the root", request: nil,
            turns: Array(toFile.dropLast()) + [.client("RETR /\r\n"), .server("550 no file\r\n")],
            outcome: "RETR refused with '550 no file'"),
        Session(
            name: "anonymous need not be let in", request: nil, hasPattern: false, login: nil,
            turns: [
                .server("220 hi\r\n"), .client("USER anonymous\r\n"), .server("331 who?\r\n"), .client("PASS p\r\n"),
                .server("530 no\r\n"),
            ], outcome: "passed: anonymous login refused, as may be"),
        Session(
            name: "anonymous must be let in for a file", login: nil,
            turns: [.server("220 hi\r\n"), .client("USER anonymous\r\n"), .server("530 no\r\n")],
            outcome: "login refused with '530 no'"),
        Session(
            name: "trouble is no refusal of anonymous", request: nil, hasPattern: false, login: nil,
            turns: [.server("220 hi\r\n"), .client("USER anonymous\r\n"), .server("421 too many\r\n")],
            outcome: "login refused with '421 too many'"),
        Session(name: "a delay, then the greeting", turns: [.server("120 soon\r\n")], outcome: "no greeting within 1s"),
        Session(name: "refused", turns: [.server("421 full\r\n")], outcome: "refused with '421 full'"),
        Session(
            name: "another protocol", turns: [.server("SSH-2.0-x\r\n")], outcome: "'SSH-2.0-x' is no FTP greeting"),
        Session(name: "silence", turns: [], outcome: "no greeting within 1s"),
    ]

    @Test(arguments: sessions, [false, true])
    func aServerGivesTheFile(session: Session, bytewise: Bool) {
        var dialogue = FTPDialogue(
            request: session.request, hasPattern: session.hasPattern, login: session.login, password: "p",
            isIPv6: session.isIPv6)
        var step = FTPDialogue.Step.control(.wait)
        for turn in session.turns {
            switch turn {
            case .client(let line): #expect(step == .control(.send(Array(line.utf8))))
            case .opens(let port):
                #expect(step == .openData(port))
                step = dialogue.dataOpened()
            case .data(let text): step = dialogue.receiveData(Array(text.utf8)[...])
            case .dataEnds: step = dialogue.dataEnded()
            case .server(let text):
                step = .control(.wait)
                if bytewise {
                    for byte in text.utf8 where step == .control(.wait) { step = dialogue.receive([byte]) }
                } else {
                    step = dialogue.receive(Array(text.utf8)[...])
                }
            }
        }
        #expect(outcome(step, dialogue) == session.outcome)
    }

    @Test func aLargeFileIsNotReadToItsEnd() {
        var dialogue = FTPDialogue(request: "x", hasPattern: true, login: "u", password: "p", isIPv6: false)
        let piece = [UInt8](repeating: 0x61, count: FTPDialogue.bodyLimit / 2)
        #expect(dialogue.receiveData(piece[...]) == .control(.wait))
        guard case .control(.passed(_, let subject, _)) = dialogue.receiveData((piece + piece)[...]) else {
            Issue.record("it is read on")
            return
        }
        #expect(subject?.count == FTPDialogue.bodyLimit)
    }

    private func outcome(_ step: FTPDialogue.Step, _ dialogue: FTPDialogue) -> String {
        switch step {
        case .control(.passed(let reason, let subject, let farewell)):
            #expect(farewell == Array("QUIT\r\n".utf8))
            return "passed: \(reason)" + (subject.map { " about \($0.seen)" } ?? "")
        case .control(.failed(let reason)): return reason
        case .control, .openData: return dialogue.silence(within: "1s")
        }
    }
}

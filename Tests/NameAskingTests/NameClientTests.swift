import EventLoop
import Foundation
import NameQuestions
import NetworkTypes
import Synchronization
import Testing

@testable import NameAsking

final class NameClientTests {
    private let folder = NSTemporaryDirectory() + "names-\(UUID().uuidString)"

    init() throws {
        EventLoop.main.startOwnThread()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// A program that answers as a test wants it.
    private func program(_ script: String) throws -> String {
        let path = folder + "/names"
        try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    @Test func theProgramItselfAnswersAll() {
        let questions: [NameQuestion] = [
            .user("root"), .userName(0), .group("root"), .service("http", transport: "tcp"), .host("127.0.0.1", .ipv4),
            .host("127.0.0.1", .ipv6), .user("nobody-of-this-name"),
        ]
        let repeated = (0..<40).map { NameQuestion.host("127.0.1.\($0)", .ipv4) }
        let answers = NameClient.ask(questions + repeated, within: .seconds(60))
        let wanted: [NameAnswer] = [
            .user(uid: 0, gid: 0), .name("root"), .group(0), .port(80), .addresses([IPAddress(ipv4: 0x7F00_0001)]),
            .none,
            .none,
        ]
        for (question, answer) in zip(questions, wanted) { #expect(answers[question] == answer) }
        for number in 0..<40 {
            #expect(answers[repeated[number]] == .addresses([IPAddress(ipv4: 0x7F00_0100 + UInt32(number))]))
        }
    }

    @Test func whatCannotBeALineHasNoAnswer() throws {
        let asked = folder + "/asked"
        let program = try program("cat >\(asked); echo 0 name x")
        let bad: [NameQuestion] = [.host("a\nuser root", .ipv4), .group("a\0b")]
        let answers = NameClient.ask(bad + [.userName(7)], within: .seconds(60), program: program)
        #expect(bad.allSatisfy { answers[$0] == .none } && answers[.userName(7)] == .name("x"))
        #expect(try String(contentsOfFile: asked, encoding: .utf8) == "uid 7\n")
        // Nobody is started for nothing.
        #expect(NameClient.ask(bad, within: .seconds(60), program: "/nonexistent")[bad[0]] == .none)
    }

    @Test func eachAnswerIsThereAsItComes() throws {
        let program = try program(
            "echo 1 name b; echo 0 none; echo 1 name c; echo 7 none; echo nonsense; echo 2 port x")
        var heard: [NameQuestion] = []
        let questions: [NameQuestion] = [.userName(0), .userName(1), .userName(2)]
        let answers = NameClient.ask(questions, within: .seconds(60), program: program) { question, _ in
            heard.append(question)
        }
        #expect(heard == [.userName(1), .userName(0)])
        #expect(answers[.userName(1)] == .name("b") && answers[.userName(0)] == .none)
        #expect(answers[.userName(2)] == .trouble("\(program) has ended without an answer"))
    }

    @Test func whoDoesNotAnswerInTimeIsEnded() throws {
        let program = try program("echo $$ >\(folder)/pid; echo 0 port 80; exec sleep 1000")
        let questions: [NameQuestion] = [.service("http", transport: "tcp"), .service("x", transport: "tcp")]
        let answers = NameClient.ask(questions, within: .seconds(2), program: program)
        #expect(answers[questions[0]] == .port(80))
        #expect(answers[questions[1]] == .trouble("no answer within 2 s"))
        let pid = try #require(
            Int32(String(contentsOfFile: folder + "/pid", encoding: .utf8).dropLast()))
        #expect(kill(pid, 0) == -1 && errno == ESRCH)
    }

    @Test func whatCannotBeStartedIsSaid() {
        let question = NameQuestion.user("root")
        let answers = NameClient.ask([question], within: .seconds(60), program: "/nonexistent/names")
        #expect(answers[question] == .trouble("cannot start /nonexistent/names: No such file or directory"))
    }

    @Test @LoopActor func aUserHasANameOrNone() async {
        let users = UserDirectory()
        #expect(await users.name(of: 0) == "root")
        #expect(await users.name(of: 0) == "root")
        #expect(await users.name(of: 3_999_999_999) == nil)
    }
}

import NameQuestions
import NetworkTypes
import Testing

struct NameQuestionTests {
    @Test(
        arguments: [
            .host("web1.example.org", .ipv4), .host("web1", .ipv6), .address(IPAddress(ipv4: 0x0A00_0001)),
            .service("http", transport: "tcp"), .user("director-prober"), .user("a b"), .userName(4_294_967_295),
            .group("admins"), .host("", .ipv4), .service("", transport: "udp"), .host("\u{e4}", .ipv4),
        ] as [NameQuestion])
    func aQuestionIsALine(question: NameQuestion) {
        #expect(NameQuestion(line: question.line) == question)
    }

    @Test(
        arguments: [
            .addresses([]), .addresses([IPAddress(ipv4: 1), IPAddress(ipv6High: 1, low: 2)]), .name("web1.example.org"),
            .name(""), .port(65_535), .user(uid: 0, gid: 4_294_967_295), .group(7), .none,
            .trouble("Temporary failure in name resolution"), .trouble(""),
        ] as [NameAnswer])
    func anAnswerIsALine(answer: NameAnswer) {
        #expect(NameAnswer(line: answer.line) == answer)
    }

    @Test(arguments: ["", "host4", "host5 a", "address a", "service tcp", "uid -1", "uid 4294967296", "uid a", "user"])
    func whatIsNoQuestionIsNone(line: String) {
        #expect(NameQuestion(line: line) == nil)
    }

    @Test(
        arguments: [
            "", "addresses 10.0.0.1 a", "port 65536", "port", "user 1", "user 1 2 3", "user 1 a", "group a",
            "none of it",
            "no",
        ])
    func whatIsNoAnswerIsNone(line: String) {
        #expect(NameAnswer(line: line) == nil)
    }
}

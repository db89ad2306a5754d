import Foundation
import NameQuestions
import NetworkTypes
import Testing

@testable import NameService

struct NameAnswerTests {
    @Test func onlyTheAnswerThatThereIsNoneIsNoTrouble() {
        // -9 and -5: no address of the family, no data (netdb.h).
        for status in [EAI_NONAME, -9, -5] { #expect(Hosts.failure(status, errno: 0) == .none) }
        #expect(Hosts.failure(EAI_AGAIN, errno: 0) == .trouble("Temporary failure in name resolution"))
        #expect(Hosts.failure(EAI_FAIL, errno: 0) == .trouble("Non-recoverable failure in name resolution"))
        #expect(Hosts.failure(EAI_SYSTEM, errno: EMFILE) == .trouble("Too many open files"))
    }

    @Test func anAddressIsItsOwnName() {
        // Nobody has to be asked for the addresses of an address.
        #expect(NameQuestion.host("127.0.0.1", .ipv4).answer == .addresses([IPAddress(ipv4: 0x7F00_0001)]))
        #expect(NameQuestion.host("127.0.0.1", .ipv6).answer == .none)
    }

    @Test func theOwnAddressHasAName() throws {
        guard case .name(let name) = NameQuestion.address(IPAddress(ipv4: 0x7F00_0001)).answer else {
            Issue.record("127.0.0.1 has no name")
            return
        }
        // Whatever this machine calls itself.
        let hosts = try String(contentsOfFile: "/etc/hosts", encoding: .utf8)
        #expect(hosts.split(whereSeparator: \.isWhitespace).contains(Substring(name)), "\(name)")
    }

    @Test func usersGroupsAndServicesAreKnown() {
        #expect(NameQuestion.user("root").answer == .user(uid: 0, gid: 0))
        #expect(NameQuestion.userName(0).answer == .name("root"))
        #expect(NameQuestion.group("root").answer == .group(0))
        #expect(NameQuestion.service("http", transport: "tcp").answer == .port(80))
        for question: NameQuestion in [
            .user("nobody-of-this-name"), .userName(3_999_999_999), .group("nobody-of-this-name"),
            .service("nothing-of-this-name", transport: "tcp"), .service("http", transport: "nothing"),
        ] {
            #expect(question.answer == .none)
        }
    }
}

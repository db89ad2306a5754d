import DirectorCore
import Testing
import TimeTypes

struct MailTests {
    static let date = CalendarTime(
        year: 2026, month: 11, day: 7, hour: 2, minute: 5, second: 20, weekday: 6, offsetMinutes: 60)

    static func message(_ mail: Mail, lineEnd: String = "\n") -> [String] {
        mail.message(host: "lb1", user: "admin", date: date, identifier: "1.2", lineEnd: lineEnd)
            .split(separator: lineEnd, omittingEmptySubsequences: false).map(String.init)
    }

    @Test func theBodyIsLdirectords() {
        let mail = Mail(
            text: "Deleted real server: R", recipients: ["a@x.y", "b@x.y"], sender: "LD <ld@x.y>",
            serviceName: "web one", comment: "call bob")
        #expect(
            Self.message(mail) == [
                "From: LD <ld@x.y>", "To: a@x.y, b@x.y", "Subject: [web one] Deleted real server: R",
                "Date: Sat, 7 Nov 2026 02:05:20 +0100", "Message-ID: <1.2@lb1>", "Auto-Submitted: auto-generated", "",
                "ldirectord host: lb1", "Log-Message: [web one] Deleted real server: R", "Daemon-Status: running", "",
                "Service name: web one", "Comment: call bob", "", "",
            ])
        #expect(mail.envelopeSender(user: "admin", host: "lb1") == "ld@x.y")
    }

    @Test func withoutDetailsThereIsNoEmptyPart() {
        let lines = Self.message(Mail(text: "T", recipients: ["a@x.y"], state: .stopping))
        #expect(lines.first == "From: admin@lb1")
        #expect(lines.suffix(4) == ["ldirectord host: lb1", "Log-Message: T", "Daemon-Status: stopping", ""])
    }

    @Test func noTextAddsALine() {
        let mail = Mail(text: "T", recipients: ["a@x.y"], serviceName: "x\r\nBcc: everybody@x.y")
        #expect(!Self.message(mail).contains { $0.hasPrefix("Bcc") })
    }

    @Test func otherThanASCIIIsEncodedInHeadersAndDeclaredInTheBody() {
        let mail = Mail(text: "T", recipients: ["a@x.y"], sender: "Zoë <z@x.y>", serviceName: "Übersicht")
        let lines = Self.message(mail)
        #expect(lines[0] == "From: =?utf-8?B?Wm/Dqw==?= <z@x.y>")
        #expect(lines[2] == "Subject: =?utf-8?B?W8OcYmVyc2ljaHRdIFQ=?=")
        #expect(lines.contains("Content-Type: text/plain; charset=utf-8"))
        #expect(lines.contains("Service name: Übersicht"))
    }
}

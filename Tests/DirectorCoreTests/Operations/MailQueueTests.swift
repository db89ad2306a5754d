import DirectorConfig
import DirectorCore
import Testing

struct MailQueueTests {
    private func mail(_ text: String, to: String = "a@x.y", _ state: AlertSettings.State = .running) -> Mail {
        Mail(text: text, recipients: [to], state: state, serviceName: "web", comment: "call bob")
    }

    @Test func whatWaitsForTheSameRecipientsIsOneMail() throws {
        var queue = MailQueue(limit: 1)
        let dropped = (1...3).compactMap { queue.add(MailQueue.Entry(mail("T\($0)"))) }
        #expect(dropped.isEmpty)
        #expect(queue.count == 3)
        let next = queue.next()
        let entry = try #require(next)
        #expect(queue.isEmpty)
        let lines = MailTests.message(entry.mail)
        #expect(lines.contains("Subject: [web] T1 and 2 more"))
        #expect(
            lines.suffix(6) == [
                "ldirectord host: lb1", "Log-Message: [web] T1", "Log-Message: [web] T2", "Log-Message: [web] T3",
                "Daemon-Status: running", "",
            ])
    }

    @Test func onlyTooManyRecipientsPushTheOldestOut() {
        var queue = MailQueue(limit: 2)
        let dropped = ["a@x.y", "b@x.y", "c@x.y"].compactMap { queue.add(MailQueue.Entry(mail("T", to: $0))) }
        #expect(dropped.map(\.recipients) == [["a@x.y"]])
    }

    @Test func statesOfTheDaemonAreToldApartUntilTheEnd() {
        var queue = MailQueue(limit: 9)
        for state in [AlertSettings.State.running, .stopping] { _ = queue.add(MailQueue.Entry(mail("T", state))) }
        var gathered = queue
        gathered.gather()
        let counts = [queue.next(), gathered.next()].map { $0?.mail.count }
        #expect(counts == [1, 2])
    }

    @Test func aMailDoesNotGrowWithoutEnd() throws {
        var queue = MailQueue(limit: 9)
        let count = Mail.furtherLimit + 11
        for number in 0..<count { _ = queue.add(MailQueue.Entry(mail("T\(number)"))) }
        #expect(queue.count == count)
        let next = queue.next()
        let lines = MailTests.message(try #require(next).mail)
        #expect(lines.count { $0.hasPrefix("Log-Message: ") } == Mail.furtherLimit + 1)
        #expect(lines.contains("and 10 more, see director events"))
    }
}

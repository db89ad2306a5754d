/// Mail that waits to be sent. What is for the same recipients waits as one: when a rack goes, who is on call wants one
/// list and not a thousand mails, and none of them may be lost.
package struct MailQueue: Sendable {
    package struct Entry: Hashable, Sendable {
        package var mail: Mail
        /// How often it was tried in vain.
        package var attempts: Int

        package init(_ mail: Mail, attempts: Int = 0) {
            self.mail = mail
            self.attempts = attempts
        }
    }

    private let limit: Int
    private var waiting: [Entry] = []
    /// At the end, what tells of different states of the daemon is one mail, too.
    private var isLast = false

    package init(limit: Int) {
        self.limit = limit
    }

    package var isEmpty: Bool { waiting.isEmpty }
    /// Single mails, as they were asked for.
    package var count: Int { waiting.map(\.mail.count).reduce(0, +) }

    /// Returns the mail that has to make room, the oldest: only when so many sets of recipients wait.
    package mutating func add(_ entry: Entry) -> Mail? {
        if let place = waiting.firstIndex(where: { isForSame($0.mail, entry.mail) }) {
            waiting[place].mail.take(entry.mail)
            waiting[place].attempts = min(waiting[place].attempts, entry.attempts)
            return nil
        }
        waiting.append(entry)
        return waiting.count > limit ? waiting.removeFirst().mail : nil
    }

    package mutating func next() -> Entry? {
        waiting.isEmpty ? nil : waiting.removeFirst()
    }

    /// From now on there is one mail for each set of recipients.
    package mutating func gather() {
        isLast = true
        let all = waiting
        waiting = []
        for entry in all { _ = add(entry) }
    }

    private func isForSame(_ one: Mail, _ other: Mail) -> Bool {
        one.recipients == other.recipients && one.server == other.server && one.sender == other.sender
            && (isLast || one.state == other.state)
    }
}

package import DirectorCore
package import EventLoop
internal import Glibc
internal import MachineFacts
package import NameAsking
internal import TimeTypes

/// Sends mail without anybody waiting for it: each mail is handed to a program of its own, `director-prober
/// --deliver-mail` for a mail server (so that libcurl stays out of the engine, and bytes of a mail server are read
/// without privileges) or the local sendmail. What cannot be delivered is tried again a little later, twice.
@LoopActor package final class MailRunner {
    /// Pauses before the second and the third attempt.
    package static let pauses: [Duration] = [.seconds(10), .seconds(60)]
    /// Sets of recipients whose mail waits.
    package static let waitingLimit = 200
    private static let runningLimit = 4
    private static let deadline = Duration.seconds(45)
    private static let sendmails = ["/usr/sbin/sendmail", "/usr/lib/sendmail", "/usr/bin/sendmail"]

    private let runner = ProgramRunner(runningLimit: MailRunner.runningLimit)
    /// Told of what went wrong for good or for now, and of refused recipients; one line each, with the mail's depth.
    /// Never within `send`: what is told may lead to another mail.
    private let report: @LoopActor (_ isFinal: Bool, String, _ depth: Int) -> Void
    private var sent = 0
    private var queue = MailQueue(limit: MailRunner.waitingLimit)
    /// What is being sent, by the number of its attempt.
    private var running: [Int: Mail] = [:]
    /// What waits for its next attempt, by the number of the last one.
    private var retrying: [Int: (entry: MailQueue.Entry, timer: LoopTimer)] = [:]
    /// Nothing is tried again any more.
    private var isEnding = false
    private let users: UserDirectory
    /// This process's user, whose mail it is; known before the first is sent.
    private var user: String?
    private var isAskingForUser = false

    package init(users: UserDirectory, report: @escaping @LoopActor (_ isFinal: Bool, String, _ depth: Int) -> Void) {
        self.users = users
        self.report = report
    }

    package func send(_ mail: Mail) { add(MailQueue.Entry(mail)) }

    /// The end is near: what waits goes now, in one mail for each set of recipients.
    package func hurry() {
        isEnding = true
        queue.gather()
        let late = retrying.sorted { $0.key < $1.key }.map(\.value)
        retrying = [:]
        for (entry, timer) in late {
            timer.cancel()
            put(entry)
        }
        startWaiting()
    }

    /// Gives what is on its way this much time, and tells what has not gone then.
    package func drain(within limit: Duration) async {
        hurry()
        let end = EventLoop.now + limit
        while !queue.isEmpty || !running.isEmpty, EventLoop.now < end {
            await EventLoop.main.sleep(for: .milliseconds(20))
        }
        let left = queue.count + running.values.map(\.count).reduce(0, +)
        if left > 0 { report(true, "\(left) mails could not be sent before the end", 0) }
    }

    private func add(_ entry: MailQueue.Entry) {
        put(entry)
        startWaiting()
    }

    private func put(_ entry: MailQueue.Entry) {
        if let dropped = queue.add(entry) {
            EventLoop.main.schedule(after: .zero) { [self] in
                let limit = Self.waitingLimit
                report(true, "\(Self.words(dropped)) was left out: mail to more than \(limit) waits", dropped.depth)
            }
        }
    }

    private func startWaiting() {
        guard let user else { return askForUser() }
        while running.count < Self.runningLimit, let entry = queue.next() { attempt(entry, by: user) }
    }

    private func askForUser() {
        guard !isAskingForUser else { return }
        isAskingForUser = true
        EventLoop.main.task { @LoopActor [self] in
            let name = await users.name(of: getuid())
            isAskingForUser = false
            user = name ?? "\(getuid())"
            startWaiting()
            // Whom nobody could name now has a name later.
            user = name
        }
    }

    private static func words(_ mail: Mail) -> String {
        "mail '\(mail.headline)' to \(mail.recipients.joined(separator: ", "))"
    }

    private func attempt(_ entry: MailQueue.Entry, by user: String) {
        let mail = entry.mail
        guard let request = request(for: mail, by: user) else {
            let text = "no mail '\(mail.headline)': there is no sendmail here; name a mail server with smtp = HOST"
            EventLoop.main.schedule(after: .zero) { [self] in report(true, text, mail.depth) }
            return
        }
        sent += 1
        let number = sent
        running[number] = mail
        runner.run(request, key: "mail \(number)") { [self] outcome in
            running[number] = nil
            ended(entry, number, outcome)
            startWaiting()
        }
    }

    private func ended(_ entry: MailQueue.Entry, _ number: Int, _ outcome: ProgramOutcome) {
        let (mail, what) = (entry.mail, Self.words(entry.mail))
        if outcome.isSuccess {
            // Some of several recipients may have been refused.
            if !outcome.lastLine.isEmpty { report(true, "\(what): \(outcome.lastLine)", mail.depth) }
            return
        }
        let attempts = entry.attempts + 1
        if !isEnding, attempts <= Self.pauses.count, retrying.count < Self.waitingLimit {
            if attempts == 1 { report(false, "\(what) is not delivered yet, trying again: \(outcome)", mail.depth) }
            let timer = EventLoop.main.schedule(after: Self.pauses[attempts - 1]) { [self] in
                retrying[number] = nil
                add(MailQueue.Entry(mail, attempts: attempts))
            }
            retrying[number] = (MailQueue.Entry(mail, attempts: attempts), timer)
        } else {
            report(true, "\(what) is given up after \(attempts) attempts: \(outcome)", mail.depth)
        }
    }

    private func request(for mail: Mail, by user: String) -> ProgramRequest? {
        let host = ProgramEnvironment.hostName
        let from = mail.envelopeSender(user: user, host: host)
        let identifier = "\(EventLoop.wallTime.milliseconds).\(getpid()).\(sent)"
        let to = mail.recipients.map(Mail.bareAddress)
        func message(_ lineEnd: String) -> [UInt8] {
            Array(
                mail.message(
                    host: host, user: user, date: LocalClock.time(EventLoop.wallTime), identifier: identifier,
                    lineEnd: lineEnd
                ).utf8)
        }
        if let server = mail.server {
            var arguments = ["--deliver-mail", "--server", server, "--helo", host, "--from", from]
            for recipient in to { arguments += ["--to", recipient] }
            return ProgramRequest(
                name: "mail", path: ProgramEnvironment.ownProgram("director-prober"), arguments: arguments,
                input: message("\r\n"), deadline: Self.deadline)
        }
        guard let sendmail = Self.sendmails.first(where: ProgramEnvironment.isExecutable) else { return nil }
        return ProgramRequest(
            name: "mail", path: sendmail, arguments: ["-i", "-f", from, "--"] + to, input: message("\n"),
            deadline: Self.deadline)
    }
}

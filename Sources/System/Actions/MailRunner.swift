package import DirectorCore
package import EventLoop
internal import Glibc
internal import MachineFacts
internal import TimeTypes

/// Sends mail without anybody waiting for it: each mail is handed to a program of its own, `director-prober
/// --deliver-mail` for a mail server (so that libcurl stays out of the engine, and bytes of a mail server are read
/// without privileges) or the local sendmail. What cannot be delivered is tried again a little later, twice.
@LoopActor package final class MailRunner {
    /// Pauses before the second and the third attempt.
    package static let pauses: [Duration] = [.seconds(10), .seconds(60)]
    package static let waitingLimit = 200
    private static let deadline = Duration.seconds(45)
    private static let sendmails = ["/usr/sbin/sendmail", "/usr/lib/sendmail", "/usr/bin/sendmail"]

    private let runner = ProgramRunner(runningLimit: 4, waitingLimit: MailRunner.waitingLimit)
    /// Told of what went wrong for good or for now, and of refused recipients; one line each, with the mail's depth.
    /// Never within `send`: what is told may lead to another mail.
    private let report: @LoopActor (_ isFinal: Bool, String, _ depth: Int) -> Void
    private var sent = 0
    /// Mail that waits for its next attempt.
    private var retrying = 0

    package init(report: @escaping @LoopActor (_ isFinal: Bool, String, _ depth: Int) -> Void) {
        self.report = report
    }

    package func send(_ mail: Mail) {
        attempt(mail, number: 0)
    }

    /// Gives what is on its way this much time.
    package func drain(within limit: Duration) async {
        await runner.drain(within: limit)
    }

    private func attempt(_ mail: Mail, number: Int) {
        guard let request = request(for: mail) else {
            let text = "no mail '\(mail.subject)': there is no sendmail here; name a mail server with smtp = HOST"
            EventLoop.main.schedule(after: .zero) { [self] in report(true, text, mail.depth) }
            return
        }
        sent += 1
        runner.run(request, key: "mail \(sent)") { [self] outcome in
            ended(mail, number, outcome)
        }
    }

    private func ended(_ mail: Mail, _ number: Int, _ outcome: ProgramOutcome) {
        let what = "mail '\(mail.subject)' to \(mail.recipients.joined(separator: ", "))"
        if outcome.isSuccess {
            // Some of several recipients may have been refused.
            if !outcome.lastLine.isEmpty { report(true, "\(what): \(outcome.lastLine)", mail.depth) }
            return
        }
        if outcome == .dropped {
            report(true, "\(what) was left out: more than \(Self.waitingLimit) wait to be sent", mail.depth)
        } else if number < Self.pauses.count, retrying < Self.waitingLimit {
            if number == 0 { report(false, "\(what) is not delivered yet, trying again: \(outcome)", mail.depth) }
            retrying += 1
            EventLoop.main.schedule(after: Self.pauses[number]) { [self] in
                retrying -= 1
                attempt(mail, number: number + 1)
            }
        } else {
            report(true, "\(what) is given up after \(number + 1) attempts: \(outcome)", mail.depth)
        }
    }

    private func request(for mail: Mail) -> ProgramRequest? {
        let (host, user) = (ProgramEnvironment.hostName, ProgramEnvironment.userName)
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

import Actions
import DirectorCore
import EventLoop
import NameAsking
import Testing

struct MailRunnerTests {
    init() { EventLoop.main.startOwnThread() }

    @LoopActor private final class Told {
        var depths: [Int] = []
        var texts: [String] = []
    }

    /// As it is when a rack goes.
    @Test @LoopActor func aThousandMailsAtOnceAreFewAndNoneIsLost() async {
        let told = Told()
        let runner = MailRunner(users: UserDirectory()) { _, text, _ in told.texts.append(text) }
        func send(_ number: Int) {
            runner.send(Mail(text: "T\(number)", recipients: ["nobody@invalid.invalid"], server: "127.0.0.1:1"))
        }
        // Before the first one the sender's name is asked for.
        send(0)
        await until { told.texts.count == 1 }
        for number in 1...1000 { send(number) }
        await until { told.texts.count == 6 }
        #expect(told.texts.contains { $0.hasPrefix("mail 'T5 and 995 more' to nobody@invalid.invalid is not del") })
        await runner.drain(within: .seconds(20))
        // All of them once more, as one.
        #expect(told.texts.count == 7)
        let last = told.texts.last ?? ""
        #expect(last.contains(" and 1000 more' to nobody@invalid.invalid is given up"), "\(last)")
    }

    /// A policy that mails about failed actions ends since its own failures are deeper, and is not called from within.
    /// Nothing listens on that port; whether the program that delivers is there makes no difference.
    @Test @LoopActor func aFailureKnowsHowDeepItsMailIs() async {
        let told = Told()
        let runner = MailRunner(users: UserDirectory()) { _, _, depth in told.depths.append(depth) }
        var mail = Mail(text: "T", recipients: ["nobody@invalid.invalid"], server: "127.0.0.1:1")
        mail.depth = 3
        runner.send(mail)
        #expect(told.depths.isEmpty)
        await until { !told.depths.isEmpty }
        #expect(told.depths == [3])
    }
}

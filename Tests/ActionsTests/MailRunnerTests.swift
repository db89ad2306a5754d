import Actions
import DirectorCore
import EventLoop
import Testing

struct MailRunnerTests {
    init() { EventLoop.main.startOwnThread() }

    @LoopActor private final class Told {
        var depths: [Int] = []
    }

    /// A policy that mails about failed actions ends since its own failures are deeper, and is not called from within.
    /// Nothing listens on that port; whether the program that delivers is there makes no difference.
    @Test @LoopActor func aFailureKnowsHowDeepItsMailIs() async {
        let told = Told()
        let runner = MailRunner { _, _, depth in told.depths.append(depth) }
        var mail = Mail(text: "T", recipients: ["nobody@invalid.invalid"], server: "127.0.0.1:1")
        mail.depth = 3
        runner.send(mail)
        #expect(told.depths.isEmpty)
        await until { !told.depths.isEmpty }
        #expect(told.depths == [3])
    }
}

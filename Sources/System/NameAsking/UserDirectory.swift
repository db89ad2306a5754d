package import EventLoop
internal import NameQuestions
internal import TimeTypes

/// The names of users, looked up once a minute at most: who reports does so all the time.
@LoopActor package final class UserDirectory {
    private struct Entry {
        var name: String?
        var until: MonotonicInstant
    }

    /// Names that are kept.
    private static let limit = 256
    private static let life = Duration.seconds(60)
    /// Somebody waits for it.
    private nonisolated static let patience = Duration.seconds(3)

    private var entries: [UInt32: Entry] = [:]

    package init() {}

    /// Nil for a user who has none, or while nobody can say.
    package func name(of user: UInt32) async -> String? {
        if let known = entries[user], EventLoop.now < known.until { return known.name }
        let question = NameQuestion.userName(user)
        let answer = try? await EventLoop.main.runBlocking {
            NameClient.ask([question], within: Self.patience)[question]
        }
        var name: String?
        if case .name(let found) = answer { name = found }
        if entries.count >= Self.limit { entries = [:] }
        entries[user] = Entry(name: name, until: EventLoop.now + Self.life)
        return name
    }
}

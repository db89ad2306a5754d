package import EventLoop
internal import NameQuestions

/// The names of users, each asked for once.
@LoopActor package final class UserDirectory {
    /// Names that are kept.
    private static let limit = 256
    private nonisolated static let patience = Duration.seconds(10)

    private var names: [UInt32: String] = [:]

    package init() {}

    /// Nil for a user who has none, or while nobody can say.
    package func name(of user: UInt32) async -> String? {
        if let known = names[user] { return known }
        let question = NameQuestion.userName(user)
        let answer = try? await EventLoop.main.runBlocking {
            NameClient.ask([question], within: Self.patience)[question]
        }
        guard case .name(let name) = answer else { return nil }
        if names.count >= Self.limit { names = [:] }
        names[user] = name
        return name
    }
}

import NameAsking
import NameQuestions
import NetworkTypes

/// A host's name that stands in a file, and the family of the address that is wanted.
struct HostName: Hashable, Comparable, Sendable {
    var name: String
    var family: IPAddress.Family

    static func < (left: Self, right: Self) -> Bool {
        left.name == right.name ? left.family == .ipv4 && right.family == .ipv6 : left.name < right.name
    }

    var question: NameQuestion { .host(name, family) }
}

/// How the names of a file are looked up: side by side and within a time, since each of them may take as long as it
/// takes a dead name server to be given up, and who waits for the file would wait for the sum.
package struct NameLookup: Sendable {
    /// Blocks until all have been answered, or the time since then is over.
    let ask: @Sendable (_ questions: [NameQuestion], _ start: ContinuousClock.Instant) -> NameAnswers

    /// By director-names.
    /// - Parameter limit: for all names of a file together.
    package init(within limit: Duration) {
        self.init { NameClient.ask($0, within: limit, since: $1) }
    }

    init(ask: @escaping @Sendable (_ questions: [NameQuestion], _ start: ContinuousClock.Instant) -> NameAnswers) {
        self.ask = ask
    }
}

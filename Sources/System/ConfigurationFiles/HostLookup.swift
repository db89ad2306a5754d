internal import CLinux
import Glibc
import NetworkTypes
import Synchronization

/// A host's name that stands in a file, and the family of the address that is wanted.
struct HostName: Hashable, Comparable, Sendable {
    var name: String
    var family: IPAddress.Family

    static func < (left: Self, right: Self) -> Bool {
        left.name == right.name ? left.family == .ipv4 && right.family == .ipv6 : left.name < right.name
    }
}

/// Looks the names of a file up side by side and within a time: each of them may take as long as it takes a dead name
/// server to be given up, and who waits for the file would wait for the sum.
package struct HostLookup: Sendable {
    typealias Answer = Result<[IPAddress], LookupFailure>

    /// Names that are asked for at a time.
    package static let width = 16

    /// For all of them together.
    let limit: Duration
    private let start: @Sendable (_ work: @escaping @Sendable () -> Void) -> Bool
    private let ask: @Sendable (HostName) -> Answer

    /// - Parameter start: has another thread do something that may block for long; false when none can.
    package init(
        within limit: Duration, on start: @escaping @Sendable (_ work: @escaping @Sendable () -> Void) -> Bool
    ) {
        self.init(within: limit, on: start) { SystemResolver.addresses(of: $0.name, $0.family) }
    }

    /// - Parameter ask: blocks until a name server has answered, or none has.
    init(
        within limit: Duration, on start: @escaping @Sendable (_ work: @escaping @Sendable () -> Void) -> Bool,
        ask: @escaping @Sendable (HostName) -> Answer
    ) {
        self.limit = limit
        self.start = start
        self.ask = ask
    }

    /// What is known of them when all have been answered, or the time is over: then some are missing. Blocks.
    func answers(for names: [HostName]) -> [HostName: Answer] {
        guard !names.isEmpty else { return [:] }
        let pass = LookupPass(names)
        let ask = self.ask
        var helpers = 0
        while helpers < min(names.count, Self.width), start({ pass.work(ask) }) { helpers += 1 }
        // Better late than not at all.
        if helpers == 0 { pass.work(ask) }
        return pass.wait(limit)
    }
}

/// One round of questions. Who asks the last of them rings a bell; whoever is late finds it over.
private final class LookupPass: Sendable {
    private struct State {
        var waiting: [HostName]
        var answers: [HostName: HostLookup.Answer] = [:]
    }

    private let state: Mutex<State>
    private let count: Int
    private let bell = clinux_eventfd_create(false, false)

    init(_ names: [HostName]) {
        count = names.count
        state = Mutex(State(waiting: names.reversed()))
    }

    deinit {
        if bell >= 0 { close(bell) }
    }

    func work(_ ask: @Sendable (HostName) -> HostLookup.Answer) {
        while let name = state.withLock({ $0.waiting.popLast() }) {
            let answer = ask(name)
            let isLast = state.withLock { state in
                state.answers[name] = answer
                return state.answers.count == count
            }
            guard isLast else { continue }
            var one: UInt64 = 1
            _ = unsafe write(bell, &one, MemoryLayout<UInt64>.size)
        }
    }

    func wait(_ limit: Duration) -> [HostName: HostLookup.Answer] {
        let milliseconds = limit.components.seconds * 1000 + limit.components.attoseconds / 1_000_000_000_000_000
        var watched = pollfd(fd: bell, events: Int16(POLLIN), revents: 0)
        while unsafe poll(&watched, 1, Int32(clamping: milliseconds)) < 0, errno == EINTR {}
        return state.withLock { state in
            state.waiting = []
            return state.answers
        }
    }
}

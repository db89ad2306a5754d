import DirectorConfig
import EventLoop
import Failover
import Glibc
import NetworkTypes
import TimeTypes
import VirtualRouting

/// Watches what the sections track. The interface that a section stands on is always tracked: without it nobody can be
/// reached. So are those that its addresses are on, unless the section tracks them itself. What was not looked at yet
/// counts as working, and is `unjudged` where that takes a while.
@LoopActor final class Tracker {
    private let groups: [[TrackedItem]]
    /// The interfaces that are in use: another one of the same name is not.
    private let indices: [String: UInt32]
    /// Those without sockets, and why.
    private let unusable: [String: String]
    /// Each thing is looked at once, however many sections track it.
    private var works: [TrackedItem.Kind: Bool] = [:]
    /// Ping targets and programs that have not answered or failed yet.
    private var unjudged: Set<TrackedItem.Kind> = []
    private let comparesWithPeers: Bool
    private let onChange: (TrackedItem.Kind, Bool, String) -> Void
    private let onJudged: () -> Void
    private var echoes: EchoTargets?
    private var programs: [TrackedProgram] = []
    private let period: Duration
    private var timer: LoopTimer?

    /// `onChange` is called after `states` have changed, with the reason; `onJudged` when everything has a verdict.
    /// What an earlier tracker has found out stays true until it is asked again.
    init(
        _ configuration: Configuration, _ addresses: AddressPlan, after old: Tracker?,
        onChange: @escaping @LoopActor (_ item: TrackedItem.Kind, _ works: Bool, _ why: String) -> Void,
        onJudged: @escaping @LoopActor () -> Void
    ) {
        groups = configuration.routerGroups.map { _, sections in
            sections.flatMap { section in
                let home = TrackedItem(.interface(section.interface))
                let others = addresses.addressInterfaces[section.name, default: []].sorted()
                    .map { TrackedItem(.interface($0)) }
                    .filter { other in
                        other != home && !section.tracked.contains(where: { $0.kind == other.kind })
                    }
                return [home] + others + section.tracked
            }
        }
        indices = addresses.interfaces
        unusable = addresses.unusable
        comparesWithPeers = !configuration.links.isEmpty
        self.onChange = onChange
        self.onJudged = onJudged
        // Often enough for the advertisement interval.
        let interval = configuration.routers.map(\.interval).min() ?? .seconds(1)
        period = min(max(interval, .milliseconds(20)), .milliseconds(500))
        // What is otherwise than it was told needs a word, see `lookAtAll` and `broken`.
        for item in groups.joined() {
            let known = old?.works[item.kind]
            works[item.kind] = known ?? look(at: item.kind)?.works ?? true
            switch item.kind {
            case .ping, .program:
                if known == nil || old?.unjudged.contains(item.kind) == true { unjudged.insert(item.kind) }
            case .interface, .file, .services: break
            }
        }
    }

    var isJudged: Bool { unjudged.isEmpty }

    func start() throws {
        echoes = try startEchoes()
        for (path, interval) in intervals({ if case .program(let path) = $0 { path } else { nil } }) {
            programs.append(
                TrackedProgram(path, interval: interval) { [unowned self] in note(.program(path), $0, $1) })
        }
        watch()
    }

    func states() -> [TrackingState] {
        groups.map { items in
            TrackingState(items: items, works: items.map { works[$0.kind] ?? true }, comparing: comparesWithPeers)
        }
    }

    /// Named as in `FailoverEvent.tracked`.
    func tracks(_ item: String) -> Bool { works.keys.contains { "\($0)" == item } }

    /// Whether at least one real server is up; those who know say so.
    func noteServices(_ areUp: Bool) {
        guard works[.services] != nil else { return }
        note(.services, areUp, areUp ? "a real server is up" : "no real server is up")
    }

    private func note(_ item: TrackedItem.Kind, _ isWorking: Bool, _ why: String) {
        let isFirst = unjudged.remove(item) != nil
        if works[item] != isWorking {
            works[item] = isWorking
            onChange(item, isWorking, why)
        }
        if isFirst, isJudged { onJudged() }
    }

    // MARK: What is looked at

    private func watch() {
        timer = EventLoop.main.schedule(after: period) { [weak self] in
            guard let self else { return }
            lookAtAll()
            watch()
        }
    }

    func lookAtAll() {
        for item in works.keys {
            if let state = look(at: item) { note(item, state.works, state.why) }
        }
    }

    /// What is looked at and does not work, by name, and why.
    var broken: [(item: TrackedItem.Kind, why: String)] {
        works.filter { !$0.value }.keys.sorted { "\($0)" < "\($1)" }.compactMap { item in
            guard let state = look(at: item), !state.works else { return nil }
            return (item, state.why)
        }
    }

    /// Nil for what tells by itself.
    private func look(at item: TrackedItem.Kind) -> (works: Bool, why: String)? {
        switch item {
        case .interface(let name):
            guard let now = NetworkInterface.index(name) else { return (false, PrimaryAddresses.absence(of: name)) }
            if let why = unusable[name] { return (false, why) }
            guard indices[name] ?? now == now else { return (false, "it was made anew, and is not in use yet") }
            let isRunning = NetworkInterface.isRunning(name)
            return (isRunning, isRunning ? "it is up" : "it is down, or has no carrier")
        case .file(let path):
            let isThere = access(path, F_OK) == 0
            return (isThere, isThere ? "the file is there" : "there is no such file")
        case .ping, .program, .services: return nil
        }
    }

    // MARK: What is asked

    private func startEchoes() throws -> EchoTargets? {
        let list = intervals { if case .ping(let text) = $0 { IPAddress(text) } else { nil } }
        guard !list.isEmpty else { return nil }
        let targets = list.map {
            let item = TrackedItem.Kind.ping("\($0.0)")
            return EchoTargets.Question(
                address: $0.0, interval: $0.1, answers: unjudged.contains(item) ? nil : works[item])
        }
        return try EchoTargets(targets) { [unowned self] address, answers in
            note(.ping("\(address)"), answers, answers ? "it answers" : "it does not answer")
        }
    }

    /// Each thing of a kind once, with the shortest interval that is asked for it.
    private func intervals<Key: Hashable>(_ key: (TrackedItem.Kind) -> Key?) -> [(Key, Duration)] {
        var order: [Key] = []
        var found: [Key: Duration] = [:]
        for item in groups.joined() {
            guard let name = key(item.kind) else { continue }
            let interval = item.interval ?? TrackedItem.defaultInterval
            if found[name] == nil { order.append(name) }
            found[name] = min(found[name] ?? interval, interval)
        }
        return order.map { ($0, found[$0] ?? TrackedItem.defaultInterval) }
    }
}

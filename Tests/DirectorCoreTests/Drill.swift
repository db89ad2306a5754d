import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

/// A farm, its director and a kernel that does as it is told, with the hands of both clocks in the test's hand.
struct Drill {
    var farm: Farm
    var director: Director
    var now: Moment
    /// Everything that the kernel was told, by service order.
    var commands: [IPVSCommand] = []
    /// Events of the preparation.
    private var before = 0

    /// - Parameter up: whether every server is checked and in at the start.
    init(servers: Int = 3, up: Bool = true, _ adjust: (inout VirtualConfiguration) -> Void = { _ in }) {
        farm = Farm(servers: servers, adjust)
        now = Moment(WallTime(milliseconds: 1_000_000_000), MonotonicInstant(nanoseconds: 5_000_000_000))
        director = Director(farm.configuration, actual: .init(), at: now)
        converge()
        if up { for last in 0..<UInt32(servers) { check(last + 1, true) } }
        _ = director.takeReports()
        before = director.history.records.count
    }

    mutating func converge() {
        let plan = director.plan(at: now)
        commands += plan.commands
        #expect(director.settle(plan.commands, refusals: [], at: now) == .settled)
    }

    /// Results of the check `index` of server `last`, `+` and `-`.
    mutating func check(_ last: UInt32, _ passed: Bool, index: Int = 0, reason: String? = nil) {
        let endpoint = Self.server(last)
        for case .add(let id, _) in director.proberRequests
        where director.checks.users(of: id).contains(where: { $0.server == endpoint && $0.check == index }) {
            let result = CheckResult(
                passed: passed, reason: reason ?? (passed ? "fine" : "refused"), latency: .milliseconds(1))
            _ = director.observe(id, result, at: now)
        }
        converge()
    }

    /// What the agent of server `last` answers.
    mutating func say(_ last: UInt32, _ line: String?) {
        for case .add(let id, let spec) in director.proberRequests
        where spec.target == Endpoint(Self.server(last).address, 9707) {
            let result = CheckResult(passed: line != nil, reason: line ?? "connection refused", latency: .zero)
            _ = director.observe(id, result, at: now)
        }
        converge()
    }

    /// Time passes on both clocks; what is due happens at its moment, as the engine's timer has it.
    mutating func pass(_ span: Duration) {
        let end = now.instant + span
        while let deadline = director.nextDeadline, deadline <= end {
            move(to: max(deadline, now.instant))
            let told = director.history.lastNumber
            let isDue = director.advance(to: now)
            #expect(isDue || director.history.lastNumber > told || director.nextDeadline != deadline)
            converge()
        }
        move(to: end)
    }

    private mutating func move(to instant: MonotonicInstant) {
        now = Moment(now.wall(at: instant), instant)
    }

    /// Somebody sets the wall clock.
    mutating func setClock(ahead span: Duration) {
        now = Moment(WallTime(milliseconds: now.wall.milliseconds + span.milliseconds), now.instant)
    }

    /// The engine dies and another takes over what the kernel has.
    mutating func restart(after span: Duration = .seconds(1), _ configuration: Configuration? = nil) {
        let (memory, actual, owned) = (director.memory, director.actual, director.owned)
        let (history, agents) = (director.history, director.agentMemory)
        move(to: now.instant + span)
        director = Director(
            configuration ?? farm.configuration, actual: actual, owned: owned, history: history, memory: memory,
            agents: agents, at: now)
        converge()
    }

    mutating func load(_ adjust: (inout VirtualConfiguration) -> Void) {
        adjust(&farm.configuration.virtuals[0])
        _ = director.load(farm.configuration, at: now)
        converge()
    }

    @discardableResult
    mutating func order(_ action: OperatorAction, _ last: UInt32) throws -> OrderOutcome {
        let outcome = try director.carryOut(
            action, virtual: farm.id.description, server: Self.server(last).description, by: "root", at: now)
        converge()
        return outcome
    }

    /// The kernel counts these connections for a server.
    mutating func count(_ last: UInt32, active: UInt32, inactive: UInt32 = 0, packets: UInt64 = 0) {
        var counts = ConnectionCounts()
        counts.active = active
        counts.inactive = inactive
        let activity = [Self.server(last): ServerActivity(counts, packets: packets)]
        _ = director.observe(activity, of: farm.id, at: now)
        converge()
    }

    static func server(_ last: UInt32) -> Endpoint { Farm.server(last, weight: 0).endpoint }

    func weight(_ last: UInt32) -> Int32? { director.weight(last, in: farm.id) }

    /// The weights of servers .1, .2, ...; -1 for one that is not there.
    var weights: [Int32] { farm.configuration.virtuals[0].reals.map { weightOf($0.server.endpoint) } }

    func weightOf(_ endpoint: Endpoint) -> Int32 { director.actual.entries[farm.id]?.servers[endpoint]?.weight ?? -1 }

    /// What was reported since the drill began.
    var events: [EventRecord.Kind] { Array(director.history.records.map(\.kind).dropFirst(before)) }
}

import NetworkTypes
import TimeTypes
import VirtualRouting

/// One run: directors on a network that fails, from a seed. The same seed gives the same run, event by event.
package struct Simulation {
    package let seed: UInt64
    let scenario: Scenario
    var numbers: SeededNumbers
    var directors: [SimulatedDirector]
    var network: SimulatedNetwork
    var queue = EventQueue()
    var oracle: Oracle
    var now: Int64 = 0
    /// The faults have ended.
    var healedAt: Int64?
    /// What a stranger has recorded, to send again.
    var recorded: [SentHeartbeat] = []
    var fencings: [Fencing] = []
    var failedFencings = 0
    package private(set) var events = 0
    package internal(set) var tally = Tally()
    let sabotage: Sabotage?
    private let trace: (@Sendable (String) -> Void)?

    /// What happened in a run: whether it could show anything.
    package struct Tally: Equatable, Sendable {
        package var takeovers = 0
        package var fencings = 0
        package var resumptions = 0
        package var reloads = 0

        package init() {}

        package static func += (left: inout Self, right: Self) {
            left.takeovers += right.takeovers
            left.fencings += right.fencings
            left.resumptions += right.resumptions
            left.reloads += right.reloads
        }
    }

    /// A machine or a network that does not do what it says: each must be found out, or the oracle sees nothing.
    package enum Sabotage: CaseIterable, Sendable {
        /// The first director hears nobody on a network that works.
        case deafness
        /// The first director's advertisements go nowhere, and it does not know.
        case muteness
        /// Addresses are not taken away.
        case clinging
        /// A fencing device says that it was done and does nothing.
        case idleFencing
        /// Takeovers are ordered, and nothing comes of it.
        case lostAddresses
    }

    package init(seed: UInt64, sabotage: Sabotage? = nil, trace: (@Sendable (String) -> Void)? = nil) {
        self.seed = seed
        self.trace = trace
        self.sabotage = sabotage
        numbers = SeededNumbers(seed: seed)
        let scenario = Scenario(&numbers)
        directors = []
        for index in 0..<scenario.directors {
            directors.append(SimulatedDirector(index, scenario, drift: .random(in: -200...200, using: &numbers)))
        }
        network = SimulatedNetwork(
            directors: scenario.directors, segments: scenario.segments, links: scenario.links)
        let plan = FaultPlan(scenario, &numbers)
        self.scenario = plan.scenario
        oracle = Oracle(plan.scenario)
        for fault in plan.faults { queue.add(.fault(fault.fault), at: fault.at) }
    }

    /// What was violated, nil when nothing was.
    package mutating func run() -> String? {
        say("\(scenario)")
        while oracle.violation == nil, let entry = queue.next() {
            // How things were until now counts up to this moment.
            now = entry.at
            lookAround()
            if oracle.violation != nil { break }
            events += 1
            // A run that does more than any could need does not come to an end by itself: messages feed on each other.
            if events > 3_000_000 { fail("more than three million events") }
            if case .fault(.end) = entry.event { break }
            handle(entry.event)
            lookAround()
        }
        return oracle.violation
    }

    mutating func fail(_ text: String) {
        guard oracle.violation == nil else { return }
        oracle.violation = "at \(Double(now / 1000) / 1_000_000) s: \(text)"
    }

    func say(_ text: @autoclosure () -> String) {
        guard let trace else { return }
        trace("\(Double(now / 1000) / 1_000_000) \(text())")
    }

    private mutating func handle(_ event: SimulatedEvent) {
        switch event {
        case .tick(let director, let generation):
            guard directors[director].generation == generation, directors[director].isLive else { return }
            act(director, because: .time) { node, now in node.tick(at: now) }
        case .advertisement(let sent): arrive(event, at: sent.to)
        case .heartbeat(let sent): arrive(event, at: sent.to)
        case .fault(let fault): apply(fault)
        case .powerOff(let victims, let end, let director): powerOff(victims, until: end, by: director)
        case .fenced(let director, _, _, _):
            guard !directors[director].isFrozen else { return directors[director].inbox.append(event) }
            deliver(event)
        }
    }

    private mutating func arrive(_ event: SimulatedEvent, at director: Int) {
        guard directors[director].isRunning else { return }
        guard directors[director].isFrozen else { return deliver(event) }
        if directors[director].inbox.count < 200 { directors[director].inbox.append(event) }
    }

    // MARK: A director's actions

    /// Why a director does something.
    enum Cause: Equatable {
        case time
        case message
        case start(resuming: Set<Int>)
        case takeOver(Int)
        case standBy(Int)
        case stop
        case reload
        case tracking
        case other
    }

    mutating func act(
        _ director: Int, because cause: Cause, _ body: (inout FailoverNode, MonotonicInstant) -> [FailoverAction]
    ) {
        guard var node = directors[director].node else { return }
        directors[director].node = nil
        let local = directors[director].local(now)
        directors[director].clock.note(local)
        let actions = body(&node, local)
        directors[director].node = node
        oracle.begin(cause)
        for action in actions { perform(action, of: director) }
        endOfActions(of: director)
        directors[director].notes = HandOverOrders(of: node.groups)
        arm(director)
    }

    private mutating func arm(_ director: Int) {
        directors[director].generation += 1
        guard let due = directors[director].node?.deadline else { return }
        let generation = directors[director].generation
        queue.add(.tick(director: director, generation: generation), at: max(now, directors[director].global(due)))
    }

    private mutating func perform(_ action: FailoverAction, of director: Int) {
        switch action {
        case .advertise(let index, let router, let advertisement):
            guard sabotage != .muteness || director > 0 else { return }
            send(advertisement, of: directors[director].groups[index], router, from: director)
        case .send(let link, let heartbeat): send(heartbeat, on: link, from: director)
        case .acquire(let index):
            let group = directors[director].groups[index]
            let held = directors[director].holds[group]
            directors[director].holds[group] = sabotage != .lostAddresses
            tally.takeovers += 1
            noteAcquisition(of: group, by: director, held: held)
        case .release(let index):
            let group = directors[director].groups[index]
            directors[director].holds[group] = sabotage == .clinging
            directors[director].memory[group] = nil
            noteRelease(of: group, by: director)
        case .announce(let index, let announcement):
            noteAnnouncement(announcement, of: directors[director].groups[index], by: director)
        case .ordered: break
        case .fence(let index, let peer): fence(peer, for: directors[director].groups[index], by: director)
        case .report(let event): say("\(director) \(event.words)")
        }
    }
}

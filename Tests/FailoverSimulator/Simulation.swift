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
    var invariants: Invariants
    var now: Int64 = 0
    var healedAt: Int64?
    /// What a stranger has recorded, to send again.
    var recorded: [(to: Int, link: Int, message: SignedHeartbeat)] = []
    private var failedFencings = 0
    package private(set) var events = 0
    package private(set) var takeovers = 0
    private let trace: (@Sendable (String) -> Void)?

    package init(seed: UInt64, trace: (@Sendable (String) -> Void)? = nil) {
        self.seed = seed
        self.trace = trace
        numbers = SeededNumbers(seed: seed)
        scenario = Scenario(&numbers)
        directors = []
        for index in 0..<scenario.directors {
            directors.append(SimulatedDirector(index, drift: .random(in: -200...200, using: &numbers)))
        }
        network = SimulatedNetwork(directors: scenario.directors, links: scenario.links)
        invariants = Invariants(scenario)
        for fault in FaultPlan(scenario, &numbers).faults { queue.add(.fault(fault.fault), at: fault.at) }
    }

    /// What was violated, nil when nothing was.
    package mutating func run() -> String? {
        say("\(scenario)")
        let end = scenario.length.nanoseconds
        while invariants.violation == nil, let entry = queue.next(), entry.at <= end {
            // How things were until now counts up to this moment.
            invariants.look(at: directors, network, entry.at, healedAt: healedAt)
            now = entry.at
            events += 1
            // A run that does more than any could need does not come to an end by itself: messages feed on each other.
            if events > 2_000_000 { invariants.fail("more than two million events", at: now) }
            handle(entry.event)
            invariants.look(at: directors, network, now, healedAt: healedAt)
        }
        return invariants.violation
    }

    func say(_ text: @autoclosure () -> String) {
        guard let trace else { return }
        trace("\(Double(now / 1000) / 1_000_000) \(text())")
    }

    private mutating func handle(_ event: SimulatedEvent) {
        switch event {
        case .tick(let director, let generation):
            guard directors[director].generation == generation, directors[director].isLive else { return }
            act(director) { node, now in node.tick(at: now) }
        case .advertisement(let to, _, _, _), .heartbeat(let to, _, _):
            guard directors[to].isRunning else { return }
            guard !directors[to].isFrozen else {
                if directors[to].inbox.count < 200 { directors[to].inbox.append(event) }
                return
            }
            deliver(event)
        case .fault(let fault): apply(fault)
        case .fenced(let director, let peer, let success, let incarnation):
            guard directors[director].isRunning, directors[director].incarnation == incarnation else { return }
            act(director) { node, now in node.fenced(success, group: 0, peer: peer, at: now) }
        }
    }

    mutating func deliver(_ event: SimulatedEvent) {
        switch event {
        case .advertisement(let to, let from, let router, let advertisement):
            let source = directors[from].address
            say("\(from) -> \(to) advertisement \(advertisement.priority)")
            act(to) { node, now in node.receive(advertisement, group: 0, router: router, from: source, at: now) }
        case .heartbeat(let to, let link, let message):
            guard let heartbeat = open(message, at: to) else { return }
            act(to) { node, now in (try? node.receive(heartbeat, link: link, at: now)) ?? [] }
        default: break
        }
    }

    private func open(_ message: SignedHeartbeat, at director: Int) -> Heartbeat? {
        if let bytes = message.bytes { return try? directors[director].keys.linkKeys?.open(bytes) }
        return directors[director].keys.secrets[message.keyID] == message.secret ? message.heartbeat : nil
    }

    // MARK: A director's actions

    mutating func act(_ director: Int, _ body: (inout FailoverNode, MonotonicInstant) -> [FailoverAction]) {
        guard var node = directors[director].node else { return }
        directors[director].node = nil
        let actions = body(&node, directors[director].local(now))
        directors[director].node = node
        for action in actions { perform(action, of: director) }
        directors[director].generation += 1
        guard let due = directors[director].node?.deadline else { return }
        let generation = directors[director].generation
        queue.add(.tick(director: director, generation: generation), at: max(now, directors[director].global(due)))
    }

    private mutating func perform(_ action: FailoverAction, of director: Int) {
        switch action {
        case .advertise(_, let router, let advertisement):
            for other in directors.indices where other != director && network.reaches(director, other) {
                send(
                    .advertisement(to: other, from: director, router: router, advertisement),
                    loss: scenario.advertisementLoss)
            }
        case .send(let link, let heartbeat): send(heartbeat, on: link, from: director)
        case .acquire:
            directors[director].holdsAddresses = true
            directors[director].holdsSince = now
            takeovers += 1
        case .release: directors[director].holdsAddresses = false
        case .announce, .ordered: break
        case .fence(_, let peer):
            // A device fails twice in a row at most.
            let success = failedFencings >= 2 || numbers.chance(0.7)
            failedFencings = success ? 0 : failedFencings + 1
            let after = numbers.span(.milliseconds(1)...(.seconds(1)))
            queue.add(
                .fenced(
                    director: director, peer: peer, success: success, incarnation: directors[director].incarnation),
                at: now + after.nanoseconds)
            guard success else { return }
            // The peer that was named is switched off, and comes back; else whoever holds the addresses.
            for other in directors.indices
            where peer.map({ $0 == "director \(other)" }) ?? (other != director && directors[other].holdsAddresses) {
                say("\(director) fences \(other)")
                apply(.crash(other))
                queue.add(.fault(.start(other)), at: now + after.nanoseconds + scenario.silence.nanoseconds)
            }
        case .report(let event):
            say("\(director) \(event)")
            if case .role(_, .master, let reason) = event {
                invariants.lookAtTakeover(by: director, reason, directors, network, now)
            }
        }
    }

    private mutating func send(_ heartbeat: Heartbeat, on link: Int, from director: Int) {
        let keys = directors[director].keys
        let bytes = scenario.isOnTheWire ? keys.linkKeys?.seal(heartbeat) : nil
        let message = SignedHeartbeat(
            keyID: keys.signing, secret: keys.secrets[keys.signing] ?? 0, heartbeat: heartbeat, bytes: bytes)
        for other in directors.indices where other != director && network.reaches(director, other, link: link) {
            send(.heartbeat(to: other, link: link, message), loss: scenario.linkLoss)
            if numbers.chance(0.02) { recorded.append((other, link, message)) }
        }
    }

    /// Each copy takes its own time, so that they overtake each other.
    private mutating func send(_ event: SimulatedEvent, loss: Double) {
        for _ in 0..<(numbers.chance(scenario.duplication) ? 2 : 1) where !numbers.chance(loss) {
            let delay = numbers.span(.microseconds(1)...max(scenario.delay, .microseconds(2)))
            queue.add(event, at: now + delay.nanoseconds)
        }
    }
}

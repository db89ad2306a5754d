import TimeTypes
import VirtualRouting

/// What must hold in every run.
struct Invariants {
    private let scenario: Scenario
    /// Since when two directors hold the addresses together while they could hear each other, by pair.
    private var together: [Int64?]
    /// Since when no living director holds the addresses.
    private var vacantSince: Int64? = 0
    private(set) var violation: String?

    init(_ scenario: Scenario) {
        self.scenario = scenario
        together = Array(repeating: nil, count: scenario.directors * scenario.directors)
    }

    mutating func fail(_ text: String, at time: Int64) {
        if violation == nil { violation = "at \(Double(time / 1000) / 1_000_000) s: \(text)" }
    }

    /// After every event, and just before the next one as well.
    mutating func look(at directors: [SimulatedDirector], _ network: SimulatedNetwork, _ time: Int64, healedAt: Int64?)
    {
        lookAtPairs(directors, network, time)
        lookAtVacancy(directors, time)
        if let healedAt, time - healedAt > scenario.convergenceBound.nanoseconds {
            let holders = directors.filter { $0.isLive && $0.holdsAddresses }.count
            if holders == 0 { fail("no master after the faults have ended", at: time) }
        }
    }

    private mutating func lookAtPairs(_ directors: [SimulatedDirector], _ network: SimulatedNetwork, _ time: Int64) {
        for one in 0..<directors.count {
            for other in one + 1..<directors.count {
                let pair = one * directors.count + other
                let areBoth =
                    directors[one].isLive && directors[other].isLive && directors[one].holdsAddresses
                    && directors[other].holdsAddresses && network.hearEachOther(one, other)
                guard areBoth else {
                    together[pair] = nil
                    continue
                }
                let since = together[pair] ?? time
                together[pair] = since
                if time - since > scenario.settlingBound.nanoseconds {
                    fail("directors \(one) and \(other) are both master for \((time - since) / 1000) us", at: time)
                }
            }
        }
    }

    private mutating func lookAtVacancy(_ directors: [SimulatedDirector], _ time: Int64) {
        if directors.contains(where: { $0.isLive && $0.holdsAddresses }) {
            vacantSince = nil
            return
        }
        let since = vacantSince ?? time
        vacantSince = since
        let bound = scenario.vacancyBound.nanoseconds
        // Somebody must have had the whole of the time to notice.
        let couldHave = directors.contains { director in
            director.soundSince.map { time - max($0, since) > bound } ?? false
        }
        if couldHave { fail("nobody is master for \((time - since) / 1000) us", at: time) }
    }

    /// A takeover because of silence, while a master is there whom a working link must have told of.
    mutating func lookAtTakeover(
        by taker: Int, _ reason: FailoverEvent.Reason, _ directors: [SimulatedDirector], _ network: SimulatedNetwork,
        _ time: Int64
    ) {
        let preempts: Bool
        switch reason {
        case .masterSilent, .masterGaveUp, .owner, .fenced: preempts = false
        // It knows of the master, and must be the better one.
        case .preempting: preempts = true
        default: return
        }
        guard scenario.linkLoss == 0, scenario.links > 0 else { return }
        let needed = (scenario.deadTime + scenario.heartbeat * 2 + scenario.delay * 4).nanoseconds
        for other in directors where other.index != taker && other.holdsAddresses && other.isLive {
            guard let sound = other.soundSince, let own = directors[taker].soundSince, time - sound > needed,
                time - own > needed, time - other.sleptAt > needed, time - directors[taker].sleptAt > needed,
                time - other.holdsSince > needed
            else { continue }
            if preempts, directors[taker].priority > other.priority, scenario.mayPreempt(taker) { continue }
            let isHeard = (0..<scenario.links).contains { network.linkUpSince($0, other.index, taker, time) > needed }
            if isHeard {
                fail("director \(taker) takes over (\(reason)) though a link hears the master \(other.index)", at: time)
            }
        }
    }
}

import NetworkTypes
import TimeTypes
import VirtualRouting

/// What one run is made of, all of it drawn from its seed.
struct Scenario {
    var directors: Int
    var groups: [Group]
    /// The networks that advertisements go over: each router is on one of them.
    var segments: Int
    var links: Int
    var detects: [Bool]
    var deadTime: Duration
    var heartbeat: Duration
    var fencing: Bool
    /// The directors compare how many targets they reach.
    var compares: Bool
    /// Probabilities for each packet, until the faults end.
    var advertisementLoss: Double
    var linkLoss: Double
    var duplication: Double
    /// A packet takes up to this long.
    var delay: Duration
    /// Real bytes, checksums and signatures, which cost much more.
    var isOnTheWire: Bool
    /// On the second segment, and of IPv6, the directors' addresses are the other way round.
    var isReversed: Bool
    var faults: Int
    var faultPhase: Duration
    /// Somebody may be asked to give way, with a second's patience.
    var handsOver = false
    /// What stays as it is when the faults end.
    var rest: Rest

    /// Virtual routers that move as one.
    struct Group {
        var name: String
        var version: Advertisement.Version { plans.first?.version ?? .v3 }
        var routers: [Router]
        /// By director, what its file says when it is started for the first time.
        var plans: [GroupPlan]
    }

    struct Router {
        var segment: Int
        var id: UInt8
        var family: IPAddress.Family
        var isUnicast: Bool
    }

    enum Rest {
        case nothing
        /// The links alone are heard; or of the network one of two only by the other.
        case silentNetwork(oneWay: Bool)
        /// One of two networks is gone, for those that are on both, or where links tell the rest.
        case silentSegment(Int)
        /// So much of what is sent does not arrive, on the network or on the links.
        case lossy(network: Double, links: Double)
        /// One link is left, or none where VRRP does without.
        case silentLinks
        case broken(Int, TrackingState)
        case standby(Int)
        case dead(Int)
    }

    /// Whose clock stands behind `MonotonicInstant.zero`.
    static let epoch: Int64 = 1_000_000_000_000

    init(_ numbers: inout SeededNumbers) {
        directors = [2, 2, 2, 3, 3, 4, 5].randomElement(using: &numbers) ?? 2
        let many = [0, 0, 1, 1, 1, 2, 3].randomElement(using: &numbers) ?? 1
        links = directors > 3 ? min(many, 1) : many
        let trusts = numbers.chance(0.2)
        detects = (0..<links).map { _ in trusts && numbers.chance(0.8) }
        segments = numbers.chance(0.3) ? 2 : 1
        let interval: Duration =
            [.milliseconds(10), .milliseconds(100), .seconds(1)].randomElement(using: &numbers) ?? .seconds(1)
        // A device takes its seconds.
        fencing = links > 0 && interval > .milliseconds(10) && numbers.chance(0.2)
        compares = links > 0 && numbers.chance(0.4)
        let longest = interval * Int.random(in: 2...10, using: &numbers)
        // Short beats in runs that last for many seconds would cost too much.
        deadTime = max(longest, fencing ? .seconds(1) : .milliseconds(60))
        heartbeat = deadTime / 5
        let count = directors > 3 ? 1 : [1, 1, 2, 2, 3].randomElement(using: &numbers) ?? 1
        groups = []
        for index in 0..<count {
            groups.append(
                Group(index, directors: directors, segments: segments, interval: interval, &numbers))
        }
        hasVersion2 = groups.contains { $0.version == .v2 }
        let isClean = numbers.chance(0.4)
        advertisementLoss = isClean ? 0 : .random(in: 0...0.2, using: &numbers)
        linkLoss = isClean || numbers.chance(0.5) ? 0 : .random(in: 0...0.2, using: &numbers)
        duplication = isClean ? 0 : .random(in: 0...0.1, using: &numbers)
        delay = .nanoseconds(max(interval.nanoseconds / Int64.random(in: 4...1000, using: &numbers), 2000))
        delay = min(delay, heartbeat / 2)
        isOnTheWire = numbers.chance(0.02)
        isReversed = numbers.chance(0.3)
        faults = Int.random(in: 1...12, using: &numbers)
        faultPhase = max(interval, heartbeat) * Int.random(in: 15...35, using: &numbers)
        rest = .nothing
        rest = drawRest(&numbers)
    }

    private func drawRest(_ numbers: inout SeededNumbers) -> Rest {
        let one = Int.random(in: 0..<directors, using: &numbers)
        switch Int.random(in: 0..<16, using: &numbers) {
        case 0 where links > 0: return .silentNetwork(oneWay: numbers.chance(0.4))
        case 1 where links > 0: return .silentLinks
        case 2: return .broken(one, TrackingState(isFaulty: true, reach: whole.reach))
        case 3:
            let adjustment = Int.random(in: -200...200, using: &numbers)
            return .broken(one, TrackingState(adjustment: adjustment, reach: whole.reach))
        case 4 where compares:
            return .broken(one, TrackingState(reach: Reach(servesAnybody: numbers.chance(0.5), targets: 1)))
        case 5: return .standby(one)
        case 6: return .dead(one)
        case 7 where segments > 1: return .silentSegment(links > 0 && numbers.chance(0.5) ? 0 : 1)
        // What is lost often is not all that there is.
        case 8 where links > 0: return .lossy(network: .random(in: 0...0.3, using: &numbers), links: 0)
        case 9 where links > 0: return .lossy(network: 0, links: .random(in: 0...0.05, using: &numbers))
        default: return .nothing
        }
    }

    /// What is not broken: where anything is compared at all, on every director.
    var whole: TrackingState {
        TrackingState(reach: compares ? Self.best : nil)
    }
    static let best = Reach(servesAnybody: true, targets: 2)

    // MARK: Bounds

    /// A reload may double one.
    var longestInterval: Duration { (groups.flatMap(\.plans).map(\.interval).max() ?? .seconds(1)) * longestFactor }
    /// What a reload may make of an interval.
    var longestFactor = 1
    /// From the beginning, or after a reload.
    var hasVersion2 = false
    /// Master_Down_Interval at most: three intervals and a skew below one, of a second with version 2.
    var longestDown: Duration { longestInterval * 4 + (hasVersion2 ? .seconds(1) : .zero) }
    /// The wait for the silence of everything.
    var silence: Duration { longestDown + deadTime }
    /// Preemption is delayed by up to this; a reload may bring a delay of an interval.
    var longestPreemptionDelay: Duration {
        let delays: [Duration] = groups.flatMap(\.plans).map {
            if case .delayed(let delay) = $0.preemption { delay } else { .zero }
        }
        return max(delays.max() ?? .zero, longestInterval * 2)
    }
    var reachSettling: Duration { deadTime * 2 }
    /// How long nobody may hold addresses while somebody could: the silence, and for one who started or slept meanwhile
    /// the time to ask. A fencing may take three attempts, five seconds and a plugin's second apart.
    var vacancyBound: Duration { silence + heartbeat * 3 + delay * 4 + (fencing ? .seconds(19) : .zero) }
    /// After the faults: a start and its readiness, an election, a delayed preemption, a comparison of reach, and a
    /// hand-over each with the second that it may wait for its successor.
    var convergenceBound: Duration {
        silence * 2 + vacancyBound + longestPreemptionDelay + (handsOver ? reachSettling * 2 + .seconds(2) : .zero)
    }
    /// Afterwards nothing changes any more for this long.
    var quiet: Duration { silence }
    var length: Duration { faultPhase + convergenceBound + quiet }
}

extension Scenario.Group {
    fileprivate init(
        _ index: Int, directors: Int, segments: Int, interval base: Duration, _ numbers: inout SeededNumbers
    ) {
        name = "group \(index)"
        let interval = base * (numbers.chance(0.2) ? 2 : 1)
        let version: Advertisement.Version = interval >= .seconds(1) && numbers.chance(0.3) ? .v2 : .v3
        let (both, isUnicast) = (numbers.chance(0.4), numbers.chance(0.3))
        routers = (0..<(both ? 2 : 1)).map { router in
            Scenario.Router(
                segment: router % segments, id: UInt8(10 * index + router + 1),
                family: version == .v3 && router == 1 ? .ipv6 : .ipv4, isUnicast: isUnicast)
        }
        let preemption: Preemption =
            [.always, .always, .never, .delayed(interval * Int.random(in: 1...10, using: &numbers))]
            .randomElement(using: &numbers) ?? .always
        let isOwned = numbers.chance(0.1)
        // Every director its own: RFC 9568 learns the master's.
        let areSeveral = version == .v3 && numbers.chance(0.1)
        plans = []
        for director in 0..<directors {
            let sameAsBefore = director > 0 && numbers.chance(0.3)
            var priority = sameAsBefore ? plans[director - 1].priority : UInt8.random(in: 1...254, using: &numbers)
            if isOwned, director == index % directors { priority = 255 }
            // There is one owner.
            if sameAsBefore, priority == 255 { priority = 254 }
            plans.append(
                GroupPlan(
                    version: version, priority: priority, preemption: preemption,
                    interval: areSeveral && numbers.chance(0.5) ? interval * 2 : interval, routers: routers.count))
        }
    }
}

/// A section of one director's file.
struct GroupPlan: Equatable {
    var version: Advertisement.Version
    var priority: UInt8
    var preemption: Preemption
    var interval: Duration
    /// The first so many of the group's.
    var routers: Int

    /// Whether those who have this file and those who have the other hear each other's advertisements: version 2 takes
    /// no other interval than its own.
    func hears(_ other: GroupPlan) -> Bool {
        version == other.version && (version == .v3 || interval == other.interval)
    }
}

/// Numbers that look random and are the same for the same seed, on every machine.
package struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF0 }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func chance(_ probability: Double) -> Bool {
        probability > 0 && Double(next() >> 11) / Double(1 << 53) < probability
    }

    mutating func span(_ range: ClosedRange<Duration>) -> Duration {
        .nanoseconds(Int64.random(in: range.lowerBound.nanoseconds...range.upperBound.nanoseconds, using: &self))
    }
}

import NetworkTypes
import TimeTypes
import VirtualRouting

/// What one run is made of, all of it drawn from its seed.
struct Scenario {
    var directors: Int
    var links: Int
    var detects: [Bool]
    var interval: Duration
    var deadTime: Duration
    var heartbeat: Duration
    var routers: Int
    var preemption: Preemption
    var priorities: [UInt8]
    var fencing: Bool
    var version: Advertisement.Version
    /// Probabilities for each packet.
    var advertisementLoss: Double
    var linkLoss: Double
    var duplication: Double
    /// A packet takes up to this long.
    var delay: Duration
    /// Real bytes and signatures, which cost much more.
    var isOnTheWire: Bool
    var faults: Int
    var faultPhase: Duration

    init(_ numbers: inout SeededNumbers) {
        directors = [2, 2, 2, 3, 3, 4, 5].randomElement(using: &numbers) ?? 2
        let many = [0, 1, 1, 2, 2, 3].randomElement(using: &numbers) ?? 1
        links = directors > 3 ? min(many, 1) : many
        let trusts = numbers.chance(0.2)
        detects = (0..<links).map { _ in trusts }
        version = numbers.chance(0.15) ? .v2 : .v3
        interval =
            version == .v2
            ? .seconds(1)
            : [.milliseconds(10), .milliseconds(100), .seconds(1)].randomElement(using: &numbers) ?? .seconds(1)
        fencing = links > 0 && numbers.chance(0.15)
        let longest = interval * Int.random(in: 2...10, using: &numbers)
        // Short beats in runs that last for many seconds would cost too much.
        deadTime = max(longest, fencing ? .seconds(1) : .milliseconds(60))
        heartbeat = deadTime / 5
        routers = numbers.chance(0.3) ? 2 : 1
        preemption = [.always, .always, .never, .delayed(interval * 10)].randomElement(using: &numbers) ?? .always
        let isOwned = numbers.chance(0.1)
        var drawn: [UInt8] = []
        for index in 0..<directors {
            let sameAsBefore = index > 0 && numbers.chance(0.3)
            drawn.append(sameAsBefore ? drawn[index - 1] : UInt8.random(in: 1...254, using: &numbers))
        }
        if isOwned { drawn[0] = 255 }
        if drawn.dropFirst().contains(255) { drawn[1] = 254 }
        priorities = drawn
        let isClean = numbers.chance(0.4)
        advertisementLoss = isClean ? 0 : .random(in: 0...0.2, using: &numbers)
        linkLoss = isClean || numbers.chance(0.5) ? 0 : .random(in: 0...0.2, using: &numbers)
        duplication = isClean ? 0 : .random(in: 0...0.1, using: &numbers)
        delay = .nanoseconds(interval.nanoseconds / Int64.random(in: 20...1000, using: &numbers))
        isOnTheWire = numbers.chance(0.01)
        faults = Int.random(in: 1...12, using: &numbers)
        faultPhase = max(interval, heartbeat) * Int.random(in: 15...40, using: &numbers)
    }

    /// The groups of one director.
    func settings(of director: Int) -> GroupSettings {
        let addresses = [IPAddress(ipv4: 0xC000_020A)]
        var settings = GroupSettings(
            name: "web",
            routers: (0..<routers).map {
                RouterSettings(
                    interface: "eth\($0)", routerID: UInt8(1 + $0), version: version, priority: priorities[director],
                    interval: interval, addresses: addresses)
            })
        settings.preemption = preemption
        settings.deadTime = deadTime
        settings.fencing = fencing
        settings.reachSettling = deadTime * 2
        return settings
    }

    /// Whether it may ever disturb a master that works.
    func mayPreempt(_ director: Int) -> Bool { preemption != .never || priorities[director] == 255 }

    // MARK: Bounds

    /// A backup's wait for the silence of everything.
    var silence: Duration { interval * 4 + (version == .v2 ? .seconds(1) : .zero) + deadTime }
    /// How long nobody may hold the addresses while somebody could: the silence, and once more for one who started
    /// or slept meanwhile; with losses a few messages more. A hand-over that fails costs its patience, a fencing up
    /// to three attempts, five seconds apart.
    var vacancyBound: Duration {
        silence * 2 + heartbeat * 10 + delay * 10 + .seconds(1) + (fencing ? .seconds(20) : .zero)
    }
    /// How long two may hold them while they can hear each other.
    var settlingBound: Duration { max(interval, links > 0 ? heartbeat : interval) * 17 + delay * 4 }
    var convergenceBound: Duration { vacancyBound + settlingBound + deadTime * 4 }
    var length: Duration { faultPhase + convergenceBound + silence }
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

import TimeTypes
import VirtualRouting

/// The faults of a run and their ends, drawn from its seed.
struct FaultPlan {
    private(set) var faults: [(at: Int64, fault: Fault)] = []

    init(_ scenario: Scenario, _ numbers: inout SeededNumbers) {
        let end = scenario.faultPhase.nanoseconds
        for director in 0..<scenario.directors {
            // All at once, or one after another.
            let wait = numbers.chance(0.5) ? 0 : numbers.span(.zero...scenario.silence).nanoseconds
            faults.append((wait, .start(director)))
        }
        for _ in 0..<scenario.faults {
            let at = Int64.random(in: 0..<end, using: &numbers)
            add(at: at, scenario, &numbers)
        }
        if numbers.chance(0.3) { rotateKeys(scenario, &numbers, end) }
        faults.append((end, .endOfFaults))
    }

    private mutating func add(at: Int64, _ scenario: Scenario, _ numbers: inout SeededNumbers) {
        let one = Int.random(in: 0..<scenario.directors, using: &numbers)
        let other = (one + Int.random(in: 1..<scenario.directors, using: &numbers)) % scenario.directors
        let until = min(at + numbers.span(.zero...scenario.silence * 4).nanoseconds, scenario.faultPhase.nanoseconds)
        let oneWay = numbers.chance(0.2)
        switch Int.random(in: 0..<14, using: &numbers) {
        case 0, 1: faults += [(at, .crash(one)), (until, .start(one))]
        case 2: faults += [(at, .stop(one)), (until, .start(one))]
        case 3, 4: faults += [(at, .freeze(one)), (until, .thaw(one))]
        case 5: faults.append((at, .jump(one, numbers.span(.zero...scenario.silence * 2))))
        case 6, 7: faults += [(at, .cutNetwork(one, other, oneWay: oneWay)), (until, .healNetwork)]
        case 8 where scenario.links > 0:
            for link in 0..<scenario.links where numbers.chance(0.7) {
                faults.append((at, .cutLink(link, one, other, oneWay: oneWay)))
            }
            if numbers.chance(0.4) { faults.append((at, .cutNetwork(one, other, oneWay: oneWay))) }
            faults += [(until, .healLinks), (until, .healNetwork)]
        case 9:
            // A whole partition of one.
            for neighbour in 0..<scenario.directors where neighbour != one {
                faults.append((at, .cutNetwork(one, neighbour, oneWay: false)))
                for link in 0..<scenario.links { faults.append((at, .cutLink(link, one, neighbour, oneWay: false))) }
            }
            faults += [(until, .healLinks), (until, .healNetwork)]
        case 10: faults.append((at, numbers.chance(0.5) ? .takeOver(one) : .standBy(one)))
        case 11: track(one, at, until, &numbers)
        case 12: faults.append((at, .replay))
        default: faults.append((at, .forgedPriorityZero))
        }
    }

    private mutating func track(_ one: Int, _ at: Int64, _ until: Int64, _ numbers: inout SeededNumbers) {
        let broken: TrackingState
        switch Int.random(in: 0..<3, using: &numbers) {
        case 0: broken = TrackingState(isFaulty: true)
        case 1: broken = TrackingState(adjustment: Int.random(in: -100...100, using: &numbers))
        default: broken = TrackingState(reach: Reach(servesAnybody: numbers.chance(0.5), targets: 1))
        }
        faults += [(at, .track(one, broken)), (until, .track(one, Self.whole(like: broken)))]
    }

    private static func whole(like broken: TrackingState) -> TrackingState { TrackingState() }

    /// As the manual says: the new key is added everywhere, then used everywhere, then the old one goes.
    private mutating func rotateKeys(_ scenario: Scenario, _ numbers: inout SeededNumbers, _ end: Int64) {
        var at = Int64.random(in: 0..<end / 4, using: &numbers)
        for step in KeyRing.steps.dropFirst() {
            for director in 0..<scenario.directors {
                at += Int64.random(in: 0..<end / 60, using: &numbers)
                faults.append((at, .keys(director, step)))
            }
        }
    }
}

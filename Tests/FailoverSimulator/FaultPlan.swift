import TimeTypes
import VirtualRouting

/// The faults of a run and their ends, drawn from its seed.
struct FaultPlan {
    private(set) var faults: [(at: Int64, fault: Fault)] = []
    private(set) var scenario: Scenario
    private let end: Int64
    /// The files as they are put in force one after the other.
    private var plans: [[GroupPlan?]]

    init(_ scenario: Scenario, _ numbers: inout SeededNumbers) {
        self.scenario = scenario
        end = scenario.faultPhase.nanoseconds
        plans = (0..<scenario.directors).map { director in scenario.groups.map { $0.plans[director] } }
        for director in 0..<scenario.directors {
            // All at once, or one after another.
            let wait = numbers.chance(0.5) ? 0 : numbers.span(.zero...scenario.silence).nanoseconds
            faults.append((wait, .start(director)))
        }
        let times = (0..<scenario.faults).map { _ in Int64.random(in: 0..<end, using: &numbers) }.sorted()
        for at in times { add(at: at, &numbers) }
        if numbers.chance(0.3) { rotateKeys(&numbers) }
        for group in scenario.groups.indices { unify(group) }
        for case .reload(_, let plan) in faults.map(\.fault) {
            let longest = plan.compactMap { $0?.interval }.max() ?? .zero
            if longest > scenario.longestInterval { self.scenario.longestFactor = 2 }
            if plan.contains(where: { $0?.version == .v2 }) { self.scenario.hasVersion2 = true }
        }
        self.scenario.handsOver = scenario.rest.handsOver || faults.contains { $0.fault.handsOver }
        faults.append((end, .endOfFaults))
        faults.append((self.scenario.length.nanoseconds, .end))
    }

    private mutating func add(at: Int64, _ numbers: inout SeededNumbers) {
        let one = Int.random(in: 0..<scenario.directors, using: &numbers)
        let other = (one + Int.random(in: 1..<scenario.directors, using: &numbers)) % scenario.directors
        let group = Int.random(in: 0..<scenario.groups.count, using: &numbers)
        let until = min(at + numbers.span(.zero...scenario.silence * 4).nanoseconds, end)
        let oneWay = numbers.chance(0.2)
        switch Int.random(in: 0..<20, using: &numbers) {
        case 0, 1: faults += [(at, .crash(one)), (until, .start(one))]
        case 2: faults += [(at, .stop(one)), (until, .start(one))]
        case 3, 4: faults += [(at, .freeze(one)), (until, .thaw(one))]
        case 5:
            let span = numbers.span(.zero...scenario.silence * 2)
            faults.append((at, .jump(one, numbers.chance(0.3) ? .zero - span : span)))
        case 6, 7:
            let all = numbers.chance(0.7)
            for path in 0..<scenario.segments where all || numbers.chance(0.5) {
                faults.append((at, .cut(path: path, one, other, oneWay: oneWay)))
            }
            faults.append((until, .healNetwork))
        case 8 where scenario.links > 0:
            for link in 0..<scenario.links where numbers.chance(0.7) {
                faults.append((at, .cut(path: scenario.segments + link, one, other, oneWay: oneWay)))
            }
            if numbers.chance(0.4) { faults.append((at, .cut(path: 0, one, other, oneWay: oneWay))) }
            faults += [(until, .healLinks), (until, .healNetwork)]
        case 9, 10:
            isolate(one, at, until)
            // An order that the other side does not hear of.
            if numbers.chance(0.2) {
                faults.append((at, .standBy(numbers.chance(0.5) ? one : other, group: group)))
            }
        case 11: faults.append((at, numbers.chance(0.5) ? .takeOver(one, group: group) : .standBy(one, group: group)))
        case 12: track(one, group, at, until, &numbers)
        case 13: faults.append((at, .replay))
        case 14: faults.append((at, .forgedPriorityZero(group: group)))
        case 15, 16: kill(one, at, until, &numbers)
        case 17: faults += [(at, .ready(one, false, incarnation: nil)), (until, .ready(one, true, incarnation: nil))]
        default: reload(one, group, at, &numbers)
        }
    }

    /// A whole partition of one.
    private mutating func isolate(_ one: Int, _ at: Int64, _ until: Int64) {
        for neighbour in 0..<scenario.directors where neighbour != one {
            for path in 0..<scenario.segments + scenario.links {
                faults.append((at, .cut(path: path, one, neighbour, oneWay: false)))
            }
        }
        faults += [(until, .healLinks), (until, .healNetwork)]
    }

    /// What the supervisor does: starts it again at once; one that dies again has a farewell said for it, and is
    /// started a while later.
    private mutating func kill(_ one: Int, _ at: Int64, _ until: Int64, _ numbers: inout SeededNumbers) {
        faults.append((at, .die(one)))
        let soon = at + numbers.span(.milliseconds(1)...scenario.longestInterval * 3).nanoseconds
        switch Int.random(in: 0..<4, using: &numbers) {
        case 0: faults += [(soon, .farewell(one)), (max(soon, until), .start(one))]
        case 1:
            let again = soon + numbers.span(.milliseconds(1)...scenario.longestInterval).nanoseconds
            faults += [
                (soon, .start(one)), (again, .die(one)), (again + 5_000_000, .farewell(one)), (until, .start(one)),
            ]
        case 2: faults.append((at + 5_000_000, .start(one)))
        default: faults.append((soon, .start(one)))
        }
    }

    private mutating func track(
        _ one: Int, _ group: Int, _ at: Int64, _ until: Int64, _ numbers: inout SeededNumbers
    ) {
        let broken: TrackingState
        switch Int.random(in: 0..<3, using: &numbers) {
        case 0: broken = TrackingState(isFaulty: true, reach: scenario.whole.reach)
        case 1:
            broken = TrackingState(adjustment: Int.random(in: -100...100, using: &numbers), reach: scenario.whole.reach)
        default:
            let reach = Reach(servesAnybody: numbers.chance(0.5), targets: 1)
            broken = TrackingState(reach: scenario.compares ? reach : nil)
        }
        faults += [(at, .track(one, group: group, broken)), (until, .track(one, group: group, scenario.whole))]
    }

    private mutating func reload(_ one: Int, _ group: Int, _ at: Int64, _ numbers: inout SeededNumbers) {
        let shape = scenario.groups[group]
        var plan = plans[one][group] ?? shape.plans[one]
        switch Int.random(in: 0..<7, using: &numbers) {
        case 0: plan.priority = UInt8.random(in: 1...254, using: &numbers)
        case 1: plan.preemption = [.always, .never, .delayed(plan.interval)].randomElement(using: &numbers) ?? .always
        case 2: plan.routers = Int.random(in: 1...shape.routers.count, using: &numbers)
        case 3:
            plan.interval = shape.plans[one].interval * Int.random(in: 1...2, using: &numbers)
        // Its last director keeps a section, or nobody could hold its addresses.
        case 4 where plans[one][group] != nil && plans.filter({ $0[group] != nil }).count > 1:
            return put(nil, one, group, at)
        // One director after the other changes over.
        case 5 where plan.interval >= .seconds(1) && shape.routers.allSatisfy { $0.family == .ipv4 }:
            plan.version = plan.version == .v3 ? .v2 : .v3
        // The same file again, as for an interface that was made anew.
        default: break
        }
        put(plan, one, group, at)
    }

    private mutating func put(_ plan: GroupPlan?, _ one: Int, _ group: Int, _ at: Int64) {
        plans[one][group] = plan
        faults.append((at, .reload(one, plans[one])))
    }

    /// In the end all speak the same version, and of version 2 with the same interval.
    private mutating func unify(_ group: Int) {
        guard let first = plans.lazy.compactMap({ $0[group] }).first else { return }
        for director in plans.indices {
            guard var plan = plans[director][group], !plan.hears(first) else { continue }
            plan.version = first.version
            if first.version == .v2 { plan.interval = first.interval }
            put(plan, director, group, end)
        }
    }

    /// As the manual says: the new key is added everywhere, then used everywhere, then the old one goes.
    private mutating func rotateKeys(_ numbers: inout SeededNumbers) {
        var at = Int64.random(in: 0..<end / 4, using: &numbers)
        for step in KeyRing.steps.dropFirst() {
            for director in 0..<scenario.directors {
                at += Int64.random(in: 0..<end / 60, using: &numbers)
                faults.append((at, .keys(director, step)))
            }
        }
    }
}

extension Fault {
    fileprivate var handsOver: Bool {
        switch self {
        case .standBy: true
        case .track(_, _, let state): state.reach.map { $0 != Scenario.best } ?? false
        default: false
        }
    }
}

extension Scenario.Rest {
    fileprivate var handsOver: Bool {
        switch self {
        case .standby: true
        case .broken(_, let state): state.reach.map { $0 != Scenario.best } ?? false
        default: false
        }
    }
}

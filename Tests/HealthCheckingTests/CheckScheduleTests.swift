import Testing
import TimeTypes

@testable import HealthChecking

/// A schedule driven by a clock of its own, with checks whose runs all take `latency`.
private struct Farm {
    var schedule: CheckSchedule
    var now = MonotonicInstant.zero
    var latency: Duration = .milliseconds(1)
    /// Runs of these take their time.
    var hung: ClosedRange<UInt32>?
    var timeout: Duration = .seconds(10)
    /// Every start: which check, and when.
    var starts: [(id: UInt32, at: MonotonicInstant)] = []
    private var ends: [(id: CheckID, at: MonotonicInstant)] = []
    var mostInFlight = 0

    init(limits: CheckSchedule.Limits = CheckSchedule.Limits()) {
        schedule = CheckSchedule(limits: limits)
    }

    mutating func add(_ ids: ClosedRange<UInt32>, interval: Duration, lane: CheckSchedule.Lane = .light) {
        for id in ids { schedule.add(CheckID(rawValue: id), interval: interval, lane: lane, at: now) }
    }

    private func isHung(_ id: CheckID) -> Bool { hung?.contains(id.rawValue) ?? false }

    mutating func run(until end: MonotonicInstant) {
        while true {
            let next = [schedule.nextWake(at: now), ends.first?.at].compactMap { $0 }.min()
            guard let next, next <= end else { break }
            now = max(now, next)
            while let finished = ends.first, finished.at <= now {
                schedule.finished(finished.id, hung: isHung(finished.id), at: now)
                ends.removeFirst()
            }
            for id in schedule.start(at: now) {
                starts.append((id.rawValue, now))
                ends.append((id, now + (isHung(id) ? timeout : latency)))
            }
            ends.sort { $0.at < $1.at }
            mostInFlight = max(mostInFlight, schedule.runsInFlight)
        }
        now = end
    }
}

struct CheckScheduleTests {
    private func seconds(_ value: Int64) -> MonotonicInstant { .zero + .seconds(value) }

    @Test(arguments: [(100, 50), (1000, 250), (10_000, 2050)])
    func `the first runs come within milliseconds`(servers: UInt32, milliseconds: Int64) {
        var farm = Farm()
        farm.add(1...servers, interval: .seconds(10))
        farm.run(until: .zero + .milliseconds(milliseconds))
        #expect(Set(farm.starts.map(\.id)).count == Int(servers))
    }

    @Test func `later starts are spread evenly over the interval`() {
        var farm = Farm()
        farm.add(1...1000, interval: .seconds(10))
        farm.run(until: seconds(40))
        var perSecond = [Int](repeating: 0, count: 40)
        for start in farm.starts where start.at < seconds(40) {
            perSecond[Int(start.at.nanoseconds / 1_000_000_000)] += 1
        }
        // 100 a second is even; the second interval begins when the first runs are over.
        for second in 11..<39 {
            #expect((90...110).contains(perSecond[second]), "\(perSecond[second]) starts in second \(second)")
        }
    }

    @Test func `the interval is the pause between the end of a run and the next start`() {
        var farm = Farm()
        farm.latency = .seconds(3)
        farm.add(1...1, interval: .seconds(10))
        farm.run(until: seconds(60))
        let pauses = zip(farm.starts.dropFirst(), farm.starts).map { $0.at - $1.at }
        #expect(pauses.count >= 4)
        #expect(pauses[0] >= .seconds(3) && pauses[0] <= .seconds(13))
        #expect(pauses.dropFirst().allSatisfy { $0 == .seconds(13) })
    }

    @Test func `the same ids start at the same times in every run of the program`() {
        func starts() -> [Int64] {
            var farm = Farm()
            farm.add(1...50, interval: .seconds(2))
            farm.run(until: seconds(10))
            return farm.starts.map(\.at.nanoseconds)
        }
        #expect(starts() == starts())
    }

    @Test func `no burst is larger than allowed and the rate holds`() {
        var farm = Farm(limits: CheckSchedule.Limits(rate: 1000, burst: 8))
        farm.add(1...2000, interval: .seconds(60_000))
        farm.run(until: seconds(3))
        #expect(farm.starts.count == 2000)
        for (later, earlier) in zip(farm.starts.dropFirst(8), farm.starts) {
            #expect(later.at > earlier.at)
        }
        #expect(farm.starts[1999].at - farm.starts[0].at >= .milliseconds(1990))
    }

    @Test func `a clock that jumps ahead gives one burst and no flood`() {
        var farm = Farm(limits: CheckSchedule.Limits(rate: 1000, burst: 8))
        farm.add(1...100, interval: .seconds(1))
        farm.run(until: seconds(5))
        farm.now = seconds(1000)
        #expect(farm.schedule.start(at: farm.now).count == 8)
        #expect(farm.schedule.start(at: farm.now).isEmpty)
    }

    @Test func `a stall brings checks together for one interval only`() {
        var farm = Farm(limits: CheckSchedule.Limits(rate: 1_000_000, burst: 1000))
        farm.add(1...1000, interval: .seconds(1))
        farm.run(until: seconds(5))
        // Nothing runs for three seconds.
        farm.now = seconds(8)
        farm.run(until: seconds(20))
        let later = farm.starts.filter { $0.at >= seconds(12) && $0.at < seconds(18) }
        // Five places of 40 ms each.
        var perFifth = [Int](repeating: 0, count: 30)
        for start in later { perFifth[Int((start.at - seconds(12)).nanoseconds / 200_000_000)] += 1 }
        #expect(perFifth.allSatisfy { (180...220).contains($0) }, "\(perFifth)")
    }

    @Test func `a check that was asked for keeps the pause behind it`() {
        var farm = Farm()
        let id = CheckID(rawValue: 1)
        farm.add(1...1, interval: .seconds(10))
        farm.run(until: seconds(25))
        farm.schedule.runNow(id, at: farm.now)
        farm.now = seconds(29)
        farm.run(until: seconds(45))
        let last = farm.starts.suffix(2).map(\.at)
        #expect(last[0] == seconds(29))
        // At the nearest multiple of a tenth of a second.
        #expect(last[1] == seconds(39))
    }

    @Test(arguments: [CheckSchedule.Lane.light, .heavy, .program])
    func `servers that hang leave room for those that do not`(lane: CheckSchedule.Lane) {
        var farm = Farm(limits: CheckSchedule.Limits(light: 8, heavy: 8, programs: 8))
        farm.hung = 1...20
        farm.add(1...20, interval: .seconds(1), lane: lane)
        farm.add(21...24, interval: .seconds(1), lane: lane)
        farm.run(until: seconds(120))
        for id in 21...24 as ClosedRange<UInt32> {
            // The first runs of all are in nobody's way twice.
            let starts = farm.starts.filter { $0.id == id && $0.at > seconds(40) }.map(\.at)
            #expect(zip(starts.dropFirst(), starts).allSatisfy { $0 - $1 <= .milliseconds(1020) })
            #expect(starts.count > 70)
        }
        #expect(farm.mostInFlight == 8)
        // Those that hang still get their turns, and answer in the quick lane again once they are well.
        #expect(Set(farm.starts.filter { $0.at > seconds(60) }.map(\.id)).count == 24)
        farm.hung = nil
        farm.latency = .seconds(2)
        farm.run(until: seconds(200))
        farm.mostInFlight = 0
        farm.run(until: seconds(220))
        #expect(farm.mostInFlight == 8)
    }

    @Test func `runs in flight are bounded, and the longest overdue goes first`() {
        var farm = Farm(limits: CheckSchedule.Limits(light: 4))
        farm.latency = .seconds(1)
        farm.add(1...12, interval: .seconds(100))
        farm.run(until: seconds(3))
        #expect(farm.mostInFlight == 4)
        #expect(farm.starts.map(\.id) == Array(1...12))
        #expect(farm.starts.map { $0.at.nanoseconds / 1_000_000_000 } == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    }

    @Test func `a full lane does not hold up the other`() {
        var farm = Farm(limits: CheckSchedule.Limits(light: 10, heavy: 2))
        farm.latency = .seconds(30)
        farm.add(1...10, interval: .seconds(1), lane: .heavy)
        farm.add(11...14, interval: .seconds(1), lane: .light)
        farm.run(until: seconds(1))
        #expect(Set(farm.starts.map(\.id)) == [1, 2, 11, 12, 13, 14])
    }

    @Test func `nothing to do needs no wake-up`() {
        var schedule = CheckSchedule(limits: CheckSchedule.Limits(light: 1))
        #expect(schedule.nextWake(at: .zero) == nil)
        schedule.add(CheckID(rawValue: 1), interval: .seconds(1), lane: .light, at: .zero)
        schedule.add(CheckID(rawValue: 2), interval: .seconds(1), lane: .light, at: .zero)
        #expect(schedule.nextWake(at: .zero) == .zero)
        #expect(schedule.start(at: .zero) == [CheckID(rawValue: 1)])
        #expect(schedule.nextWake(at: .zero) == nil)
        schedule.finished(CheckID(rawValue: 1), at: seconds(1))
        #expect(schedule.nextWake(at: seconds(1)) == seconds(1))
    }

    @Test func `a removed check never starts and leaves no run behind`() {
        var farm = Farm()
        farm.add(1...3, interval: .seconds(1))
        farm.schedule.remove(CheckID(rawValue: 2))
        #expect(farm.schedule.start(at: .zero).map(\.rawValue) == [1, 3])
        farm.schedule.remove(CheckID(rawValue: 1))
        #expect(farm.schedule.runsInFlight == 1)
        // The run that was in flight ends later all the same.
        farm.schedule.finished(CheckID(rawValue: 1), at: seconds(1))
        #expect(farm.schedule.runsInFlight == 1)
        #expect(farm.schedule.count == 1)
    }

    @Test func `a check added again under its id starts over`() {
        var farm = Farm()
        farm.add(1...1, interval: .seconds(1))
        #expect(farm.schedule.start(at: .zero).count == 1)
        farm.add(1...1, interval: .seconds(5))
        #expect(farm.schedule.runsInFlight == 0)
        #expect(farm.schedule.start(at: .zero).count == 1)
        #expect(farm.schedule.runsInFlight == 1)
    }

    @Test func `a check can be asked for at once, while it rests and while it runs`() {
        var farm = Farm()
        let id = CheckID(rawValue: 1)
        farm.latency = .seconds(2)
        farm.add(1...1, interval: .seconds(1000))
        farm.run(until: seconds(1))
        farm.schedule.runNow(id, at: farm.now)
        farm.run(until: seconds(5))
        #expect(farm.starts.map { $0.at.nanoseconds / 1_000_000_000 } == [0, 2])
        farm.schedule.runNow(id, at: farm.now)
        farm.run(until: seconds(20))
        #expect(farm.starts.map { $0.at.nanoseconds / 1_000_000_000 } == [0, 2, 5])
        farm.schedule.runNow(CheckID(rawValue: 99), at: farm.now)
        #expect(farm.schedule.count == 1)
    }

    @Test(arguments: [(100, 10), (500, 20), (1000, 40), (5000, 100), (60_000, 100)])
    func `starts are multiples of a part of the interval, so that many come together`(interval: Int64, part: Int64) {
        var farm = Farm()
        farm.latency = .microseconds(1234)
        farm.add(1...3, interval: .milliseconds(interval))
        farm.run(until: .zero + .milliseconds(20 * interval))
        let later = farm.starts.dropFirst(3).map(\.at.nanoseconds)
        #expect(later.count > 30)
        #expect(later.allSatisfy { $0 % (part * 1_000_000) == 0 })
        for id in 1...3 as ClosedRange<UInt32> {
            let own = farm.starts.filter { $0.id == id }.dropFirst().map(\.at)
            for (end, next) in zip(own, own.dropFirst()) {
                // Done at once, it starts in the rhythm of its interval.
                #expect(next - end == .milliseconds(interval))
            }
        }
    }

    @Test func `a pause is the interval but for half of a part`() {
        for microseconds in stride(from: 1, to: 90_000, by: 777) {
            var farm = Farm()
            farm.latency = .microseconds(microseconds)
            farm.add(1...1, interval: .seconds(1))
            farm.run(until: seconds(8))
            let starts = farm.starts.dropFirst().map(\.at)
            #expect(starts.count > 5)
            for (end, next) in zip(starts, starts.dropFirst()) {
                #expect((.milliseconds(980)...(.milliseconds(1020))).contains(next - end - farm.latency))
            }
        }
    }

    /// No pause at all would be a check without end.
    @Test func `the shortest interval still leaves a pause`() {
        var farm = Farm()
        farm.latency = .microseconds(300)
        farm.add(1...1, interval: .milliseconds(1))
        farm.run(until: seconds(1))
        let starts = farm.starts.dropFirst(2).map(\.at)
        #expect((95...100).contains(starts.count))
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 - $0 == .milliseconds(10) })
    }

    @Test func `what the rate holds up is woken for in half bursts`() {
        var farm = Farm(limits: CheckSchedule.Limits(rate: 1000, burst: 10))
        farm.add(1...100, interval: .seconds(10))
        #expect(farm.schedule.start(at: .zero).count == 10)
        // 5 more may start together after 5 ms.
        #expect(farm.schedule.nextWake(at: .zero) == .zero + .milliseconds(5))
        #expect(farm.schedule.start(at: .zero + .milliseconds(5)).count == 5)
    }

    @Test func `a check takes the place of one that is gone, and nothing else of it`() {
        var farm = Farm()
        farm.add(1...2, interval: .seconds(10))
        farm.run(until: seconds(1))
        farm.schedule.remove(CheckID(rawValue: 1))
        farm.add(3...3, interval: .seconds(50))
        farm.run(until: seconds(100))
        #expect(!farm.starts.contains { $0.id == 1 && $0.at > seconds(1) })
        #expect((2...4).contains(farm.starts.count { $0.id == 3 }))
    }

    @Test func `checks that come and go leave nothing behind`() {
        var queue = DueQueue()
        for ticket in 1...1000 as ClosedRange<UInt64> {
            queue.push(DueQueue.Entry(due: .zero, slot: 1, ticket: ticket))
        }
        queue.keep { $0.ticket == 1000 }
        #expect(queue.count == 1)
        #expect(queue.first?.ticket == 1000)
    }

    @Test func `the queue gives the earliest first`() {
        var queue = DueQueue()
        var value: Int64 = 1
        for ticket in 1...500 as ClosedRange<UInt64> {
            value = (value * 48_271) % 2_147_483_647
            queue.push(DueQueue.Entry(due: .init(nanoseconds: value % 97), slot: 1, ticket: ticket))
        }
        var taken: [DueQueue.Entry] = []
        while let entry = queue.first {
            taken.append(entry)
            queue.removeFirst()
        }
        #expect(taken.count == 500)
        #expect(zip(taken, taken.dropFirst()).allSatisfy { $0.isBefore($1) })
    }
}

import TimeTypes
import VirtualRouting

/// Devices that switch machines off, and who waits for them.
extension Simulation {
    /// A run of a plugin for one director. Whatever group of it wants the same peer off meanwhile waits with it.
    struct Fencing {
        var director: Int
        /// Of the process that has asked: its death is the end of its children.
        var life: UInt64
        var peer: String?
        var groups: [Int]
    }

    /// The machine goes off at some moment of the run and stays off until the end of it. A device fails twice in a row
    /// at most.
    mutating func fence(_ peer: String?, for group: Int, by director: Int) {
        let life = directors[director].life
        if let run = fencings.firstIndex(where: { ($0.director, $0.life, $0.peer) == (director, life, peer) }) {
            return fencings[run].groups.append(group)
        }
        fencings.append(Fencing(director: director, life: life, peer: peer, groups: [group]))
        let success = failedFencings >= 2 || numbers.chance(0.7)
        failedFencings = success ? 0 : failedFencings + 1
        let span = numbers.span(.milliseconds(1)...(.seconds(1))).nanoseconds
        let end = now + span
        queue.add(.fenced(director: director, life: life, peer: peer, success: success), at: end)
        guard success, sabotage != .idleFencing else { return }
        tally.fencings += 1
        let victims = directors.indices.filter { other in
            // Where nobody is named, the device knows the only other one.
            other != director
                && peer.map { $0 == directors[other].name } ?? (directors.count == 2 || directors[other].holds[group])
        }
        queue.add(.powerOff(victims, until: end, by: director), at: now + Int64.random(in: 0...span, using: &numbers))
    }

    mutating func powerOff(_ victims: [Int], until end: Int64, by director: Int) {
        oracle.looksAgainAt = .min
        for victim in victims {
            say("\(director) fences \(victim)")
            oracle.words[director][victim].fencedAt = clock(director)
            crash(victim)
            directors[victim].isOffUntil = end
            queue.add(.fault(.start(victim)), at: end + scenario.silence.nanoseconds)
        }
    }

    mutating func endFencing(of peer: String?, by director: Int, life: UInt64, _ success: Bool) {
        let run = fencings.firstIndex { ($0.director, $0.life, $0.peer) == (director, life, peer) }
        let groups = run.map { fencings.remove(at: $0).groups } ?? []
        guard directors[director].isRunning, directors[director].life == life else { return }
        say("fencing of \(peer ?? "nobody known") by \(director): \(success)")
        act(director, because: .other) { $0.fenced(success, group: nil, peer: peer, at: $1) }
        for group in groups {
            guard let index = directors[director].groups.firstIndex(of: group) else { continue }
            act(director, because: .other) { $0.fenced(success, group: index, peer: peer, at: $1) }
        }
    }
}

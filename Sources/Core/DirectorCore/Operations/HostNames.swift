package import NetworkTypes
package import TimeTypes

/// The names of servers' addresses as far as they are known, and which are to be looked up next. A name server may be
/// slow or dead: few are asked for at once, and each name counts as soon as it is there.
package struct HostNames: Sendable {
    private struct Entry {
        var name: String?
        var until: MonotonicInstant
    }

    /// How long a name that was found, or not found, counts.
    private let life: Duration
    /// How many are looked up side by side.
    private let limit: Int
    private var entries: [IPAddress: Entry] = [:]
    private var running: Set<IPAddress> = []

    package init(life: Duration, limit: Int) {
        self.life = life
        self.limit = limit
    }

    package var known: [IPAddress: [String]] {
        entries.compactMapValues { entry in entry.name.map { [$0] } }
    }

    /// The addresses to look up now, each to be answered with `found`; those never asked for come first, then those
    /// that wait longest. Addresses that nobody wants any more are forgotten.
    package mutating func next(of wanted: Set<IPAddress>, at now: MonotonicInstant) -> [IPAddress] {
        entries = entries.filter { wanted.contains($0.key) }
        guard running.count < limit else { return [] }
        let idle = wanted.subtracting(running)
        let unknown = idle.filter { entries[$0] == nil }
        let expired = idle.compactMap { address in entries[address].map { (address, $0.until) } }.filter { $0.1 <= now }
        let ordered = Array(unknown) + expired.sorted { $0.1 < $1.1 }.map(\.0)
        let chosen = Array(ordered.prefix(limit - running.count))
        running.formUnion(chosen)
        return chosen
    }

    /// Takes in what a lookup found. True when the name is another one now.
    package mutating func found(_ name: String?, for address: IPAddress, at now: MonotonicInstant) -> Bool {
        running.remove(address)
        let former = entries[address]?.name
        // A name server that is gone for a moment takes nobody out of maintenance.
        let kept = name ?? former
        entries[address] = Entry(name: kept, until: now + life)
        return kept != former
    }
}

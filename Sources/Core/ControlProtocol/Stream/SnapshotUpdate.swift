package import DirectorCore
package import TimeTypes

/// What changed from one snapshot to the next of the same services and servers: what a subscriber gets instead of the
/// whole. Services and servers are named by their place in the snapshot, from 0.
package struct SnapshotUpdate: Equatable, Sendable {
    package struct Place: Hashable, Sendable {
        package var service: Int
        package var server: Int

        package init(_ service: Int, _ server: Int) {
            self.service = service
            self.server = server
        }
    }

    package var time: WallTime
    package var engine: EngineSnapshot?
    /// Whole, when anything of it changed.
    package var pair: PairSnapshot?
    /// Services of which anything but their real servers changed, without those.
    package var services: [Int: ServiceSnapshot] = [:]
    /// Real servers of which more than the measures changed.
    package var servers: [Place: ServerSnapshot] = [:]
    /// Real servers of which the measures alone changed.
    package var measures: [Place: ServerMeasures] = [:]
    /// Events since the snapshot before, oldest first.
    package var events: [EventRecord] = []

    package init(time: WallTime) {
        self.time = time
    }

    /// Nil when the services or their servers are not the same ones in the same order: then only a whole snapshot says
    /// what changed.
    package init?(from old: Snapshot, to new: Snapshot) {
        guard old.services.count == new.services.count else { return nil }
        guard (old.pair == nil) == (new.pair == nil) else { return nil }
        time = new.time
        if old.engine != new.engine { engine = new.engine }
        if old.pair != new.pair { pair = new.pair }
        for index in new.services.indices {
            guard compare(old.services[index], new.services[index], at: index) else { return nil }
        }
        let last = old.events.last?.number ?? 0
        events = new.events.filter { $0.number > last }
    }

    private mutating func compare(_ old: ServiceSnapshot, _ new: ServiceSnapshot, at service: Int) -> Bool {
        guard old.id == new.id, old.servers.count == new.servers.count else { return false }
        for index in new.servers.indices {
            let (before, after) = (old.servers[index], new.servers[index])
            guard before.endpoint == after.endpoint else { return false }
            if before == after { continue }
            let measures = after.measures
            var unmeasured = before
            unmeasured.measures = measures
            if unmeasured == after {
                self.measures[Place(service, index)] = measures
            } else {
                servers[Place(service, index)] = after
            }
        }
        // Tiers change as a whole, with their service; that they are others, only a whole snapshot says.
        guard old.tiers.map({ $0.map(\.endpoint) }) == new.tiers.map({ $0.map(\.endpoint) }) else { return false }
        let (before, after) = (old.withoutServers, new.withoutServers)
        if before != after { services[service] = after }
        return true
    }

    /// Whether there is nothing to tell but the time.
    package var isEmpty: Bool {
        engine == nil && pair == nil && services.isEmpty && servers.isEmpty && measures.isEmpty && events.isEmpty
    }
}

extension ServiceSnapshot {
    fileprivate var withoutServers: ServiceSnapshot {
        var copy = self
        copy.servers = []
        return copy
    }
}

extension Snapshot {
    /// The events that a snapshot carries.
    package static let eventLimit = 100

    /// Takes in an update of this very snapshot. False, and unchanged, when it names what is not there: then it belongs
    /// to another one.
    package mutating func apply(_ update: SnapshotUpdate) -> Bool {
        let places = Array(update.servers.keys) + Array(update.measures.keys)
        let isKnown = places.allSatisfy { place in
            services.indices.contains(place.service) && services[place.service].servers.indices.contains(place.server)
        }
        guard isKnown, update.services.keys.allSatisfy(services.indices.contains) else { return false }
        time = update.time
        if let engine = update.engine { self.engine = engine }
        if let pair = update.pair { self.pair = pair }
        for (index, head) in update.services {
            let servers = services[index].servers
            services[index] = head
            services[index].servers = servers
        }
        for (place, server) in update.servers { services[place.service].servers[place.server] = server }
        for (place, measures) in update.measures {
            services[place.service].servers[place.server].measures = measures
        }
        if !update.events.isEmpty { events = Array((events + update.events).suffix(Self.eventLimit)) }
        return true
    }
}

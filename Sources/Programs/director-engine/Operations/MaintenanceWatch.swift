import Actions
import DirectorCore
import EventLoop
import NetworkTypes
import TimeTypes

/// Looks into the maintenance directory and finds the names of servers where a file there may be one; both off the
/// loop, since a disk and a name server may hang.
@LoopActor final class MaintenanceWatch {
    /// How long a name that was found, or not found, counts.
    private static let nameLife = Duration.seconds(60)
    /// Names looked up in one go; the rest follows in the next.
    private static let lookups = 64

    var directory: String?
    private unowned let engine: Engine
    private var isLooking = false
    private var problem: String?
    private var names: [IPAddress: (name: String?, until: MonotonicInstant)] = [:]

    init(_ engine: Engine) {
        self.engine = engine
    }

    func look() {
        guard !isLooking else { return }
        guard let directory, !directory.isEmpty else {
            engine.maintain(MaintenanceList(), hosts: [:])
            return
        }
        isLooking = true
        EventLoop.main.task { @LoopActor [self] in
            defer { isLooking = false }
            await look(into: directory)
        }
    }

    private func look(into path: String) async {
        do {
            let list = try await EventLoop.main.runBlocking { MaintenanceList(files: try DirectoryListing.names(path)) }
            if problem != nil { problem = nil }
            guard directory == path else { return }
            engine.maintain(list, hosts: known)
            guard list.namesHosts, try await lookUp() else { return }
            engine.maintain(list, hosts: known)
        } catch {
            let isMissing = (error as? DirectoryListing.Problem)?.isMissing == true
            if isMissing, directory == path { engine.maintain(MaintenanceList(), hosts: [:]) }
            guard problem != "\(error)" else { return }
            problem = "\(error)"
            let text = "maintenancedir: \(error)\(isMissing ? "" : "; servers stay as they are")"
            engine.report(
                EventRecord(
                    .actionFailed, .warning, at: EventLoop.wallTime, text))
        }
    }

    private var known: [IPAddress: [String]] {
        names.compactMapValues { entry in entry.name.map { [$0] } }
    }

    /// Whether a name is another one now.
    private func lookUp() async throws -> Bool {
        let now = EventLoop.now
        let wanted = engine.serverAddresses
        names = names.filter { wanted.contains($0.key) }
        let missing = wanted.filter { address in names[address].map { $0.until <= now } ?? true }.prefix(Self.lookups)
        guard !missing.isEmpty else { return false }
        let addresses = Array(missing)
        let found = try await EventLoop.main.runBlocking { addresses.map { ReverseLookup.name(of: $0) } }
        var changed = false
        for (address, name) in zip(addresses, found) {
            // A name server that is gone for a moment takes nobody out of maintenance.
            let kept = name ?? names[address]?.name
            if names[address]?.name != kept { changed = true }
            names[address] = (kept, EventLoop.now + Self.nameLife)
        }
        return changed
    }
}

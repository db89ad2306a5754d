import ConfigurationFiles
import DirectorConfig
import DirectorCore
import EventLoop
import Failover
import KernelNetlink
import TimeTypes
import VirtualServers

/// Keeps the kernel's sync daemons as the roles want them. What was started is remembered in the runtime directory, so
/// that the next run knows what is its own, and since when it runs: a line each, `ROLE INTERFACE ID SINCE CHANGES`, the
/// last of which tells whether the carrier was lost while nobody looked.
@LoopActor final class SyncKeeper {
    private unowned let engine: Engine
    private let file: RuntimeFile
    /// What is ours, and since when it runs.
    private var owned: [OwnedDaemon: MonotonicInstant] = [:]
    /// The same as the file has it.
    private var stored: [OwnedDaemon: MonotonicInstant] = [:]
    /// Those without a carrier when it was looked at last.
    private var cut: Set<OwnedDaemon> = []
    /// What runs, as read last.
    private(set) var running: [SyncDaemon] = []
    /// Why the daemon of a role is not as wanted.
    private var problems: [SyncDaemon.Role: String] = [:]

    init(_ engine: Engine) {
        self.engine = engine
        file = RuntimeFile("sync", in: engine.options.runtimeDirectory)
        let lines = ((try? file.read()) ?? "").split(separator: "\n")
        guard !lines.isEmpty else { return }
        let changes = carrierChanges()
        for line in lines {
            let words = line.split(separator: " ")
            guard words.count >= 4, let role = SyncDaemon.Role.allCases.first(where: { $0.word == words[0] }),
                let id = UInt32(words[2]), let since = Int64(words[3])
            else { continue }
            let interface = String(words[1])
            let daemon = OwnedDaemon(SyncDaemon(role, interface: interface, syncID: id))
            let (before, now) = (MonotonicInstant(nanoseconds: since), EventLoop.now)
            let count = words.dropFirst(4).first.flatMap { UInt32($0) }
            let isUnbroken = role == .master || count != nil && count == changes[interface]
            stored[daemon] = before
            // The clock of an earlier start of the machine says nothing.
            owned[daemon] = isUnbroken ? min(before, now) : now
        }
    }

    /// Since when the backup daemon takes connections in.
    var listeningSince: MonotonicInstant? {
        running.first { $0.role == .backup }.flatMap { owned[OwnedDaemon($0)] }
    }

    func snapshots(at now: Moment) -> [PairSync] {
        var found = running.map { daemon in
            PairSync(
                daemon: daemon, since: owned[OwnedDaemon(daemon)].map(now.wall(at:)), problem: problems[daemon.role])
        }
        for (role, problem) in problems where !running.contains(where: { $0.role == role }) {
            guard let sync = engine.configuration?.syncGroups.first?.sync else { continue }
            found.append(PairSync(daemon: sync.daemon(role), problem: problem))
        }
        return found.sorted { $0.daemon.role.rawValue < $1.daemon.role.rawValue }
    }

    /// Brings the kernel's daemons into line with the roles.
    func keep(_ configuration: Configuration, roles: [String: PairRole]) {
        guard !configuration.syncGroups.isEmpty || !owned.isEmpty else {
            running = []
            problems = [:]
            return
        }
        guard let found = read() else { return }
        note(found)
        let plan = SyncPlan(configuration, roles: roles, running: found, owned: Set(owned.keys))
        var problems: [SyncDaemon.Role: String] = [:]
        for daemon in plan.foreign {
            problems[daemon.role] =
                "another one runs that is not ours (\(daemon.interface), id \(daemon.syncID)): "
                + "end it with ipvsadm --stop-daemon \(daemon.role.word)"
        }
        for command in plan.commands {
            if let problem = perform(command) { problems[problem.role] = problem.text }
        }
        tell(problems)
        if !plan.commands.isEmpty, let after = read() { note(after) }
        store()
    }

    /// Ends what is ours.
    func stop() {
        for daemon in read() ?? [] where owned[OwnedDaemon(daemon)] != nil { _ = perform(.stopDaemon(daemon.role)) }
        owned = [:]
        store()
    }

    // MARK: The kernel

    private func read() -> [SyncDaemon]? {
        do {
            return try engine.client.daemons()
        } catch {
            engine.log.warning("the sync daemons cannot be read: \(error)")
            return nil
        }
    }

    /// What runs and is named by the configuration is ours from now on; what runs no longer is nobody's.
    private func note(_ found: [SyncDaemon]) {
        running = found
        let present = Set(found.map(OwnedDaemon.init))
        owned = owned.filter { present.contains($0.key) }
        for group in engine.configuration?.syncGroups ?? [] {
            for role in SyncDaemon.Role.allCases {
                let daemon = OwnedDaemon(role, group.sync)
                if present.contains(daemon), owned[daemon] == nil { owned[daemon] = EventLoop.now }
            }
        }
        // Without a carrier nothing is taken in, and what was taken in grows old: it counts from the carrier's return.
        let wasCut = cut
        cut = Set(owned.keys.filter { $0.role == .backup && !NetworkInterface.isRunning($0.interface) })
        for daemon in wasCut.union(cut) where owned[daemon] != nil { owned[daemon] = EventLoop.now }
    }

    private func perform(_ command: IPVSCommand) -> (role: SyncDaemon.Role, text: String)? {
        let role: SyncDaemon.Role
        var record: EventRecord
        switch command {
        case .startDaemon(let daemon):
            role = daemon.role
            record = EventRecord(
                .syncStarted, at: EventLoop.wallTime,
                "\(role.word) sync daemon started on \(daemon.interface), id \(daemon.syncID)")
        case .stopDaemon(let stopped):
            role = stopped
            record = EventRecord(.syncStopped, at: EventLoop.wallTime, "\(role.word) sync daemon stopped")
        default: return nil
        }
        do {
            try engine.client.perform(command)
            engine.report(record)
            return nil
        } catch {
            return (role, "\(error)")
        }
    }

    /// Each problem is told once.
    private func tell(_ new: [SyncDaemon.Role: String]) {
        for (role, text) in new where problems[role] != text {
            engine.report(
                EventRecord(.syncFailed, .error, at: EventLoop.wallTime, "\(role.word) sync daemon: \(text)"))
        }
        problems = new
    }

    private func store() {
        // A daemon without a carrier begins anew at every look: that is kept once the carrier is back.
        guard owned != stored, cut.isEmpty || Set(owned.keys) != Set(stored.keys) else { return }
        let changes = carrierChanges()
        let lines = owned.map { daemon, since in
            let count = changes[daemon.interface].map(String.init) ?? "-"
            return "\(daemon.role.word) \(daemon.interface) \(daemon.syncID) \(since.nanoseconds) \(count)\n"
        }
        do {
            try file.write(lines.sorted().joined())
            stored = owned
        } catch {
            engine.log.warning("the next run will not know which sync daemons are ours: \(error)")
        }
    }

    /// By interface; empty where the kernel does not say.
    private func carrierChanges() -> [String: UInt32] {
        do {
            let links = try LinkClient().list()
            return Dictionary(links.map { ($0.name, $0.carrierChanges) }, uniquingKeysWith: { first, _ in first })
        } catch {
            engine.log.warning("the interfaces' carriers cannot be read: \(error)")
            return [:]
        }
    }
}

import Actions
import DirectorCore
import EventLoop
import NetworkTypes

/// Looks into the maintenance directory and finds the names of servers where a file there may be one; both off the
/// loop, since a disk and a name server may hang. Neither waits for the other.
@LoopActor final class MaintenanceWatch {
    var directory: String? {
        didSet { if directory != oldValue { newest = nil } }
    }
    private unowned let engine: Engine
    private var isLooking = false
    private var problem: String?
    /// What stood in the directory when it was last read; names that arrive later count together with it.
    private var newest: MaintenanceList?
    /// Two of the loop's four helper threads at most: the others are left to files.
    private var names = HostNames(life: .seconds(60), limit: 2)

    init(_ engine: Engine) {
        self.engine = engine
    }

    func look() {
        guard !isLooking else { return }
        guard let directory, !directory.isEmpty else {
            take(MaintenanceList())
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
            take(list)
        } catch {
            let isMissing = (error as? DirectoryListing.Problem)?.isMissing == true
            if isMissing, directory == path { take(MaintenanceList()) }
            guard problem != "\(error)" else { return }
            problem = "\(error)"
            let text = "maintenancedir: \(error)\(isMissing ? "" : "; servers stay as they are")"
            engine.report(
                EventRecord(
                    .actionFailed, .warning, at: EventLoop.wallTime, text))
        }
    }

    private func take(_ list: MaintenanceList) {
        newest = list
        engine.maintain(list, hosts: names.known)
        lookUp()
    }

    private func lookUp() {
        guard let newest, newest.namesHosts else { return }
        for address in names.next(of: engine.serverAddresses, at: EventLoop.now) {
            EventLoop.main.task { @LoopActor [self] in
                let name = try? await EventLoop.main.runBlocking { ReverseLookup.name(of: address) }
                let isNew = names.found(name, for: address, at: EventLoop.now)
                if isNew, let list = self.newest { engine.maintain(list, hosts: names.known) }
                lookUp()
            }
        }
    }
}

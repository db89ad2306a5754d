import Actions
import DirectorCore
import EventLoop
import NameAsking
import NameQuestions
import NetworkTypes

/// Looks into the maintenance directory and finds the names of servers where a file there may be one; both off the
/// loop, since a disk and a name server may hang. Neither waits for the other.
@LoopActor final class MaintenanceWatch {
    private nonisolated static let patience = Duration.seconds(60)

    var directory: String? {
        didSet { if directory != oldValue { newest = nil } }
    }
    private unowned let engine: Engine
    private var isLooking = false
    private var problem: String?
    /// What stood in the directory when it was last read; names that arrive later count together with it.
    private var newest: MaintenanceList?
    /// Of these director-names asks for a few at a time.
    private var names = HostNames(life: .seconds(60), limit: 1024)
    private var isAsking = false
    private var isNewsWaiting = false

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
        guard !isAsking, let newest, newest.namesHosts else { return }
        let addresses = names.next(of: engine.serverAddresses, at: EventLoop.now)
        guard !addresses.isEmpty else { return }
        isAsking = true
        EventLoop.main.task { @LoopActor [self] in
            await ask(addresses)
            isAsking = false
            lookUp()
        }
    }

    private func ask(_ addresses: [IPAddress]) async {
        let answers = try? await EventLoop.main.runBlocking { [self] in
            NameClient.ask(addresses.map { .address($0) }, within: Self.patience) { question, answer in
                // One that takes long does not keep the others back.
                guard case .address(let address) = question else { return }
                EventLoop.main.post { self.found(answer, for: address) }
            }
        }
        for address in addresses { found(answers?[.address(address)] ?? .none, for: address) }
    }

    private func found(_ answer: NameAnswer, for address: IPAddress) {
        var name: String?
        if case .name(let found) = answer { name = found }
        let isNew = names.found(name, for: address, at: EventLoop.now)
        guard isNew, !isNewsWaiting else { return }
        // Of many that come together all count at once.
        isNewsWaiting = true
        EventLoop.main.schedule(after: .milliseconds(20)) { [self] in
            isNewsWaiting = false
            if let newest { engine.maintain(newest, hosts: names.known) }
        }
    }
}

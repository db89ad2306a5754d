import ControlProtocol
import DirectorConfig
import DirectorCore
import EventLoop
import TimeTypes

/// What the engine does for the pair: the sync daemons follow the roles, and director-vrrp hears what this director is
/// worth.
@LoopActor final class PairDuties {
    static let period = Duration.seconds(1)

    private unowned let engine: Engine
    private let sync: SyncKeeper
    private var state = ReadinessState()
    private(set) var readiness: PairReadiness?
    private var told: PairStanding?
    private var timer: LoopTimer?

    init(_ engine: Engine) {
        self.engine = engine
        sync = SyncKeeper(engine)
    }

    /// What director-vrrp has heard is repeated: an engine that says nothing any more hangs.
    func begin() {
        told = nil
        look()
        timer = EventLoop.main.schedule(after: Self.period) { [unowned self] in begin() }
    }

    /// Ends what was done for the pair.
    func stop() {
        timer?.cancel()
        sync.stop()
    }

    var syncSnapshots: [PairSync] { sync.snapshots(at: EventLoop.moment) }

    /// The connection with director-vrrp is another one: it knows nothing yet.
    func connectionChanged() { told = nil }

    /// Something may be otherwise: roles, checks, the table, the configuration, the time.
    func look() {
        guard let director = engine.director else { return }
        let configuration = director.configuration
        let roles = engine.pair.roles
        sync.keep(configuration, roles: roles)
        guard !configuration.routers.isEmpty else {
            readiness = nil
            return
        }
        // Without roles nobody can say what there is to wait for.
        guard engine.pair.problem == nil else { return }
        let backups = configuration.syncGroups.filter { roles[$0.name] == .backup || roles[$0.name] == .fault }
        let facts = ReadinessState.Facts(
            refusal: director.firstRefusal, allChecked: director.allChecked, needsConnections: !backups.isEmpty,
            listeningSince: sync.listeningSince, settling: backups.map(\.sync.settling).max() ?? .zero)
        let new = state.judge(facts, at: EventLoop.now)
        if new.isReady != readiness?.isReady { tell(new) }
        readiness = new
        say(PairStanding(isReady: new.isReady, servesAnybody: director.servesAnybody))
    }

    private func say(_ standing: PairStanding) {
        guard standing != told, engine.pair.isConnected else { return }
        told = standing
        engine.pair.send(.standing(standing))
    }

    private func tell(_ new: PairReadiness) {
        let text =
            new.isReady
            ? "ready to take over from a master that works: \(new.reason)"
            : "not ready to take over from a master that works: \(new.reason)"
        engine.report(EventRecord(new.isReady ? .ready : .notReady, at: EventLoop.wallTime, text))
    }
}

import EventLoop

/// director-metrics, where the configuration names an address for it: started, moved and stopped as the engine says.
@LoopActor final class MetricsDaemon {
    static let grace = Duration.seconds(2)

    private let make: @LoopActor (_ address: String) -> Daemon
    private var address = ""
    private(set) var daemon: Daemon?
    /// One change after the other: an address is free again only when the process that had it has ended.
    private var isChanging = false
    private var hasStopped = false

    init(make: @escaping @LoopActor (_ address: String) -> Daemon) {
        self.make = make
    }

    func serve(at wanted: String) {
        guard wanted != address, !hasStopped else { return }
        address = wanted
        guard !isChanging else { return }
        isChanging = true
        EventLoop.main.task { @LoopActor [self] in await change() }
    }

    private func change() async {
        var served: String?
        while served != address, !hasStopped {
            await daemon?.stop(grace: Self.grace)
            daemon = nil
            let wanted = address
            served = wanted
            guard !wanted.isEmpty, !hasStopped else { continue }
            let next = make(wanted)
            daemon = next
            next.startPersistently()
        }
        isChanging = false
    }

    func stop() async {
        hasStopped = true
        await daemon?.stop(grace: Self.grace)
    }
}

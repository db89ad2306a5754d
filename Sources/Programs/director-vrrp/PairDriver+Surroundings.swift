import DirectorConfig
import EventLoop
import Failover
import VirtualRouting

/// What the pair depends on beside the network: what is tracked, and the watchdog.
extension PairDriver {
    func makeTracker() throws -> Tracker {
        let tracker = Tracker(configuration) { [unowned self] item, works, why in
            report(.tracked(item: "\(item)", works: works, why: why))
            followTracking()
        }
        try tracker.start()
        return tracker
    }

    func followTracking() {
        guard let tracker else { return }
        for (index, state) in tracker.states().enumerated() {
            perform(node.track(state, group: index, at: EventLoop.now))
        }
    }

    /// Nil where none is configured.
    func makeWatchdog() -> Watchdog? {
        guard let device = configuration.routers.lazy.compactMap(\.watchdog).first else { return nil }
        let limit = configuration.routers.map(\.deadTime).max() ?? .seconds(1)
        return Watchdog(device: device, limit: limit) { [unowned self] reason in
            report(.device(name: "watchdog \(device)", isUsable: reason == nil, why: reason ?? "is fed"))
        }
    }
}

import DirectorConfig
import EventLoop
import Failover
import Glibc
import VirtualRouting

/// Looks at what the sections track, often enough for their advertisement interval. The interface that a section stands
/// on is always tracked: without it nobody can be reached.
@LoopActor final class InterfaceTracker {
    private let groups: [[TrackedItem]]
    /// How often to look.
    let period: Duration

    init(_ configuration: Configuration) {
        groups = configuration.routerGroups.map { _, sections in
            sections.flatMap { [TrackedItem(.interface($0.interface))] + $0.tracked }
        }
        let interval = configuration.routers.map(\.interval).min() ?? .seconds(1)
        period = min(max(interval, .milliseconds(20)), .milliseconds(500))
    }

    func states() -> [TrackingState] {
        groups.map { items in TrackingState(items: items, works: items.map(Self.works), comparing: false) }
    }

    private static func works(_ item: TrackedItem) -> Bool {
        switch item.kind {
        case .interface(let name): NetworkInterface.isRunning(name)
        case .file(let path): access(path, F_OK) == 0
        // Not looked at here: see the warning of the configuration.
        case .ping, .program, .services: true
        }
    }
}

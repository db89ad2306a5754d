import DirectorConfig
import EventLoop
import Failover
import KernelNetlink
import VirtualRouting

/// What the pair depends on beside the network: what is tracked, and the filter of packets.
extension PairDriver {
    func makeTracker(after old: Tracker?) throws -> Tracker {
        let tracker = Tracker(configuration, addresses, after: old) { [unowned self] item, works, why in
            report(.tracked(item: "\(item)", works: works, why: why))
            followTracking()
        } onJudged: { [unowned self] in
            judgeReadiness()
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

    /// What is broken from the beginning on does not change, and a section in fault needs a reason.
    func tellOfBroken() {
        for (item, why) in tracker?.broken ?? [] where !ledger.brokenItems.contains("\(item)") {
            report(.tracked(item: "\(item)", works: false, why: why))
        }
    }

    /// Nothing is taken from a master that works before the engine is ready and everything that is tracked has shown
    /// whether it works.
    func judgeReadiness() {
        guard let tracker else { return }
        perform(node.setReady(engineIsReady && tracker.isJudged, at: EventLoop.now))
    }

    /// `accept = no`: what IPVS does not take of the packets for these addresses is dropped. An owner's are its own.
    func makeFilter() -> PacketFilter? {
        let closed = configuration.routers.filter { !$0.accepts && $0.priority != 255 }
        guard !closed.isEmpty else { return nil }
        do throws(PacketFilter.Refusal) {
            return try PacketFilter(dropping: closed.flatMap { $0.addresses.map(\.prefix.address) })
        } catch {
            log.error("accept = no is not carried out, packets for the virtual addresses are accepted: \(error)")
            return nil
        }
    }
}

import DirectorCore
import VirtualRouting

/// The pair: what director-vrrp says of itself, its peers and its links.
extension ExpositionWriter {
    mutating func pair(_ pair: PairSnapshot) {
        family("director_vrrp_known", .gauge, "Whether director-vrrp tells how the pair is.")
        sample(pair.isCurrent)
        routers(pair.state.routers)
        links(pair)
        packets(pair.state.counters)
        family(
            "director_vrrp_lateness_seconds", .histogram, unit: "seconds",
            "How late the timers of director-vrrp fired, those of advertisements among them.")
        histogram(Labels(), Histogram(pair.state.lateness), ofTimes: true)
        family("director_vrrp_worst_lateness_seconds", .gauge, unit: "seconds", "The latest one since its start.")
        sample(pair.state.lateness.worst)
    }

    private mutating func routers(_ routers: [PairRouter]) {
        family(
            "director_vrrp_state", .gauge,
            "1 for the role of the virtual router: stopped, backup, master, fault, unknown.")
        for router in routers {
            for role in PairRole.allCases {
                sample(Labels(("router", router.name), ("state", role.rawValue)), router.role == role)
            }
        }
        family("director_vrrp_priority", .gauge, "The priority as it is advertised.")
        for router in routers { sample(Labels(("router", router.name)), Int64(router.priority)) }
        family("director_vrrp_ready", .gauge, "Whether it may take over from others.")
        for router in routers { sample(Labels(("router", router.name)), router.isReady) }
        family("director_vrrp_state_time_seconds", .gauge, unit: "seconds", "Since when it has its role, since 1970.")
        for router in routers {
            sample(Labels(("router", router.name)), Duration.milliseconds(router.since.milliseconds))
        }
        family("director_vrrp_transitions", .counter, "How often it took each role.")
        for router in routers {
            let transitions = router.transitions
            for (state, count) in [
                ("master", transitions.master), ("backup", transitions.backup), ("fault", transitions.fault),
            ] {
                sample(Labels(("router", router.name), ("state", state)), count)
            }
        }
    }

    /// While nobody tells, nothing is said of peers and links.
    private mutating func links(_ pair: PairSnapshot) {
        guard pair.isCurrent else { return }
        family("director_peer_up", .gauge, "Whether the peer is heard on a link.")
        for peer in pair.state.peers { sample(Labels(("peer", peer.name)), peer.state == .up) }
        family("director_link_up", .gauge, "Whether anybody is heard on the link.")
        for link in pair.state.links { sample(Labels(("link", link.medium)), link.isUp) }
        family("director_link_received_messages", .counter, "Messages of peers that the link brought.")
        for link in pair.state.links { sample(Labels(("link", link.medium)), link.received) }
        family("director_link_lost_messages", .counter, "Messages that are missing between those.")
        for link in pair.state.links { sample(Labels(("link", link.medium)), link.lost) }
    }

    private mutating func packets(_ counters: PairCounters) {
        family("director_vrrp_advertisements", .counter, "Advertisements that were sent and received.")
        sample(Labels(("direction", "sent")), counters.sent)
        sample(Labels(("direction", "received")), counters.received)
        family("director_vrrp_refused_advertisements", .counter, "Advertisements that were not acted on, by reason.")
        for refusal in counters.refused { sample(Labels(("reason", refusal.reason)), refusal.count) }
        family("director_link_refused_messages", .counter, "Messages of links that were not acted on, by reason.")
        for refusal in counters.linkRefused { sample(Labels(("reason", refusal.reason)), refusal.count) }
    }
}

extension Histogram {
    fileprivate init(_ lateness: LatenessHistogram) {
        let bounds = lateness.counts.indices.compactMap { slot in
            LatenessHistogram.bound(ofSlot: slot).map { Int64($0) * 1000 }
        }
        self =
            Histogram(bounds: bounds, counts: lateness.counts, sum: lateness.sum.nanoseconds)
            ?? Histogram(bounds: bounds)
    }
}

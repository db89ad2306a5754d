import DirectorConfig
import HealthChecking
import NetworkTypes
import TimeTypes
import VirtualServers

extension ServiceState {
    func consequenceOfUp(_ server: Endpoint, weight: Int32) -> String {
        if let withdrawal = withdrawals[server] { return withdrawal.words }
        if let agent = agents[server], agent.isAwaited || agent.effect != .none {
            return agent.isAwaited ? "weight 0 until its agent has answered" : "out as its agent says \(agent.words)"
        }
        return "weight \(weight)" + (configuration.policy.slowStart.map { " within \($0.words)" } ?? "")
    }

    func consequenceOfDown(_ server: Endpoint) -> String {
        if let withdrawal = withdrawals[server] { return withdrawal.words }
        if configuration.policy.minimumUp != nil, floorSelection().contains(server) { return "kept in by minup" }
        return configuration.quiescent ? "weight 0" : "removed"
    }
}

extension Withdrawal {
    /// What it means for the server, in a few words: `draining`, `disabled by root`.
    package var words: String {
        let who = by.map { " by \($0)" } ?? ""
        switch cause {
        case .disable: return "disabled" + who
        case .drain: return (isDraining ? "draining" : "drained") + (who.isEmpty ? "" : ", ordered" + who)
        case .weight: return isDraining ? "draining, weight 0 in the file" : "drained, weight 0 in the file"
        case .removal: return "draining, not in the file any more"
        }
    }
}

/// The words for what takes servers out for another reason than their checks.
extension EventRecord {
    private static func name(_ server: Endpoint, _ virtual: VirtualConfiguration) -> String {
        "real server \(server) of \(virtual.service.id)"
    }

    static func released(
        _ server: Endpoint, _ reason: String, _ virtual: VirtualConfiguration, at now: Moment
    ) -> EventRecord {
        EventRecord(
            .serverReleased, at: now, service: virtual.service.id, server: server,
            "\(name(server, virtual)) is not held down any more and is up: \(reason)")
    }

    static func leaving(_ server: Endpoint, _ virtual: VirtualConfiguration, at now: Moment) -> EventRecord {
        let limit = virtual.policy.drain.map { ", \($0.words) at most" } ?? ""
        return EventRecord(
            .serverDraining, at: now, service: virtual.service.id, server: server,
            "\(name(server, virtual)) left the configuration: weight 0 until its connections have ended\(limit)")
    }

    static func drained(
        _ server: Endpoint, _ withdrawal: Withdrawal, _ virtual: VirtualConfiguration, at now: Moment
    ) -> EventRecord? {
        let text: String
        var severity = Severity.info
        switch withdrawal.ending {
        case .connectionsEnded: text = "its connections have ended"
        case .deadline(let left):
            text = "its time is over, \(left) \(left == 1 ? "connection was" : "connections were") left"
            severity = left == 0 ? .info : .warning
        case .nothingToWaitFor: text = "it had no connections"
        case nil: return nil
        }
        return EventRecord(
            .serverDrained, severity, at: now, service: virtual.service.id, server: server,
            "\(name(server, virtual)) is drained and removed: \(text)")
    }

    static func orderDropped(
        _ withdrawal: Withdrawal, _ server: Endpoint, _ service: VirtualService.ID, at now: Moment
    ) -> EventRecord {
        EventRecord(
            .orderDropped, at: now, service: service, server: server,
            "real server \(server) of \(service) left the configuration, the order (\(withdrawal.words)) is forgotten")
    }

    static func orderWaits(
        _ withdrawal: Withdrawal, _ server: Endpoint, _ service: VirtualService.ID, at now: Moment
    ) -> EventRecord {
        EventRecord(
            .orderWaits, at: now, service: service, server: server,
            "\(service) left the configuration, the order for \(server) (\(withdrawal.words)) waits for its return "
                + "(director enable takes it back)")
    }

    static func floorReached(_ service: ServiceState, at now: Moment) -> EventRecord {
        let virtual = service.configuration
        let kept = service.kept.sorted().map(\.description).joined(separator: ", ")
        let minimum =
            switch virtual.policy.minimumUp {
            case .servers(let count)?: "\(count)"
            case .percent(let percent)?: "\(percent)%"
            case nil: "0"
            }
        return EventRecord(
            .minimumUpReached, .error, at: now, service: virtual.service.id,
            "\(virtual.service.id): only \(service.upCount) of \(virtual.reals.count) real servers are up, "
                + "less than minup \(minimum): kept in though their checks fail: \(kept)")
    }

    static func floorLeft(_ service: ServiceState, at now: Moment) -> EventRecord {
        let virtual = service.configuration
        return EventRecord(
            .minimumUpLeft, at: now, service: virtual.service.id,
            "\(virtual.service.id): \(service.upCount) of \(virtual.reals.count) real servers are up, "
                + "none is kept in against its checks any more")
    }

    static func tier(_ tier: Int?, before: Int?, _ service: ServiceState, at now: Moment) -> EventRecord {
        let virtual = service.configuration
        let id = virtual.service.id
        guard let tier else {
            return EventRecord(
                .tierOff, at: now, service: id,
                "fallback tier \((before ?? 0) + 1) of \(id) does not stand in any more")
        }
        return EventRecord(
            .tierOn, .warning, at: now, service: id,
            "fallback tier \(tier + 1) stands in for \(id): no real server is up"
                + (tier > 0 ? ", nor one of an earlier tier" : ""))
    }
}

import DirectorConfig
import HealthChecking
import NetworkTypes
import TimeTypes
import VirtualServers

/// The words in which events are told.
extension EventRecord {
    static func health(
        _ change: HealthTracker.Change, of server: Endpoint, in service: ServiceState, _ result: CheckResult,
        at now: Moment
    ) -> EventRecord {
        let id = service.configuration.service.id
        let isStandby = service.health[server] == nil
        let name = "\(isStandby ? "fallback tier server" : "real server") \(server) of \(id)"
        let why = (service.health[server] ?? service.standby[server])?.reason ?? result.reason
        func record(_ kind: Kind, _ severity: Severity, _ text: String) -> EventRecord {
            EventRecord(kind, severity, at: now, service: id, server: server, "\(name) \(text)")
        }
        switch change {
        case .cameUp:
            let weight = service.configuration.reals.last { $0.server.endpoint == server }?.server.weight
            let consequence = isStandby ? "" : ", " + service.consequenceOfUp(server, weight: weight ?? 0)
            return record(isStandby ? .standbyUp : .realServerUp, .info, "is up\(consequence): \(why)")
        case .wentDown:
            let consequence = isStandby ? "" : ", " + service.consequenceOfDown(server)
            return record(isStandby ? .standbyDown : .realServerDown, .warning, "is down\(consequence): \(why)")
        case .softFailure(let count, let limit):
            var soft = record(.softFailure, .warning, "failed \(count) of \(limit): \(result.reason)")
            soft.failures = .init(count: count, limit: limit)
            return soft
        case .softFailureCleared:
            return record(.softFailureCleared, .info, "answers again: \(result.reason)")
        case .held(let span):
            return record(
                .serverHeld, .warning,
                "is held down for \(span.words), until \(now.wall(at: now.instant + span)): \(why)")
        }
    }

    /// Why each of the first servers is out stands behind it.
    static func serviceDown(_ service: ServiceState, at now: Moment) -> EventRecord {
        let virtual = service.configuration
        let limit = 3
        let servers = virtual.reals.map(\.server.endpoint)
        let reasons = servers.prefix(limit).map { server in
            "\(server) \(service.withdrawals[server]?.words ?? service.health[server]?.reason ?? "not checked")"
        }
        let others = servers.count > limit ? ", and \(servers.count - limit) more" : ""
        return EventRecord(
            .serviceDown, .error, at: now, service: virtual.service.id,
            "\(virtual.service.id) is down, no real server takes connections: \(reasons.joined(separator: ", "))\(others)"
        )
    }

    static func serviceUp(_ service: ServiceState, at now: Moment) -> EventRecord {
        let virtual = service.configuration
        let count = service.servingCount
        return EventRecord(
            .serviceUp, at: now, service: virtual.service.id,
            "\(virtual.service.id) is up again: \(count) of \(virtual.reals.count) real servers take connections")
    }

    /// What became of the fallback that stood in; it may be another one since a reload.
    static func fallback(
        from before: RealServer?, to after: RealServer?, of id: VirtualService.ID, at now: Moment
    ) -> EventRecord? {
        guard before != after else { return nil }
        guard let fallback = after else {
            return before.map {
                EventRecord(
                    .fallbackOff, at: now, service: id, server: $0.endpoint,
                    "fallback server \($0.endpoint) of \(id) is not needed any more")
            }
        }
        let replaced = before.map { $0.endpoint == fallback.endpoint ? ", changed" : ", in place of \($0.endpoint)" }
        return EventRecord(
            .fallbackOn, .warning, at: now, service: id, server: fallback.endpoint,
            "fallback server \(fallback.endpoint) stands in for \(id)\(replaced ?? ""): no real server is up")
    }

    /// What the file changed of a server that is in use.
    static func changed(
        from old: RealServer, to new: RealServer, of id: VirtualService.ID, at now: Moment
    ) -> EventRecord {
        var changes: [String] = []
        if old.weight != new.weight { changes.append("weight \(new.weight) instead of \(old.weight)") }
        if old.method != new.method {
            changes.append("\(new.method.configurationWord) instead of \(old.method.configurationWord)")
        }
        if old.upperThreshold != new.upperThreshold || old.lowerThreshold != new.lowerThreshold {
            changes.append("thresholds \(new.thresholdWords) instead of \(old.thresholdWords)")
        }
        return EventRecord(
            .serverChanged, at: now, service: id, server: new.endpoint,
            "real server \(new.endpoint) of \(id) has changed: \(changes.joined(separator: ", "))")
    }

    /// What somebody else did to a service.
    static func drift(
        _ id: VirtualService.ID, expected: VirtualServerTable.Entry?, found: VirtualServerTable.Entry?,
        at now: Moment
    ) -> [EventRecord] {
        func record(_ server: Endpoint?, _ text: String) -> EventRecord {
            EventRecord(.drift, .warning, at: now, service: id, server: server, text)
        }
        guard let expected else { return [record(nil, "\(id) was added by somebody else: taken over")] }
        guard let found else { return [record(nil, "\(id) was removed by somebody else: put back")] }
        var records: [EventRecord] = []
        if expected.service != found.service {
            records.append(record(nil, "\(id) was changed by somebody else: put right"))
        }
        for (endpoint, server) in expected.servers where found.servers[endpoint] != server {
            let name = "real server \(endpoint) of \(id)"
            guard let changed = found.servers[endpoint] else {
                records.append(record(endpoint, "\(name) was removed by somebody else: put right"))
                continue
            }
            let what =
                changed.weight == server.weight ? "changed" : "set from weight \(server.weight) to \(changed.weight)"
            records.append(record(endpoint, "\(name) was \(what) by somebody else: put right"))
        }
        for endpoint in found.servers.keys where expected.servers[endpoint] == nil {
            records.append(record(endpoint, "real server \(endpoint) was added to \(id) by somebody else: put right"))
        }
        return records
    }
}

extension RealServer {
    /// `u:10 l:5`, as in the file.
    fileprivate var thresholdWords: String {
        upperThreshold == 0 && lowerThreshold == 0 ? "none" : "u:\(upperThreshold) l:\(lowerThreshold)"
    }
}

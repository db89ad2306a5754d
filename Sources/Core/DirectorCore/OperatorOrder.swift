package import NetworkTypes
package import TimeTypes
package import VirtualServers

/// What an operator may do to a real server.
package enum OperatorAction: String, Hashable, Sendable, CaseIterable {
    case drain
    case disable
    case enable
}

/// Why an order was not carried out: one line that names the thing and what would be right.
package struct OrderRefusal: Error, Hashable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// What became of an order.
package struct OrderOutcome: Hashable, Sendable {
    package var service: VirtualService.ID
    package var server: Endpoint
    /// False when all was as ordered already.
    package var isChange: Bool
    /// One line for the operator.
    package var text: String
}

extension Director {
    /// Carries out an order of an operator for one real server. The same order again changes nothing.
    package mutating func carryOut(
        _ action: OperatorAction, virtual: String, server name: String, by user: String, at now: Moment
    ) throws(OrderRefusal) -> OrderOutcome {
        if action == .enable, let place = awaitedPlace(virtual, name),
            let outcome = takeBack(place, by: user, at: now)
        {
            return outcome
        }
        let id = try find(virtual: virtual)
        let server = try find(server: name, of: id)
        guard let service = services[id] else { throw OrderRefusal("no virtual service \(id) is configured") }
        let before = service.withdrawals[server]
        let maintenance = maintenanceFile(of: server, in: id)
        let isHeld = service.health[server]?.damping.heldUntil != nil
        // An order of the past that its server's return has left behind still counts elsewhere.
        let known = sharedOrders.order(service: id.description, server: server.description)?.action ?? .enable
        let isOrdered = before?.isOrder == true || known != .enable
        let isAlready = action == .enable ? !isOrdered && !isHeld : before?.cause == action.shared.cause
        guard !isAlready else {
            let text = service.words(for: server, isAlready: true, maintenance: maintenance)
            return OrderOutcome(service: id, server: server, isChange: false, text: text)
        }
        if action != .enable || before?.isOrder == true {
            services[id]?.withdrawals[server] = action.shared.cause.map { Withdrawal($0, by: user, since: now) }
        }
        if action != .enable || isOrdered { share(action, server, of: id, by: user, at: now) }
        let release = action == .enable && isHeld ? services[id]?.health[server]?.release(at: now) : nil
        marked.insert(id)
        var text = services[id]?.words(for: server, isAlready: false, maintenance: maintenance) ?? ""
        if action == .enable, isHeld { text += "; it is not held down any more" }
        report(
            EventRecord(
                action.shared.event, at: now, service: id, server: server, "\(text) (\(action.rawValue) by \(user))"))
        if release == .cameUp, let state = services[id] {
            report(.released(server, state.health[server]?.reason ?? "", state.configuration, at: now))
        }
        return OrderOutcome(service: id, server: server, isChange: true, text: text)
    }
}

extension ServiceState {
    /// What an operator hears of a server after an order.
    fileprivate func words(for server: Endpoint, isAlready: Bool, maintenance: String?) -> String {
        let name = "real server \(server) of \(configuration.service.id)"
        let already = isAlready ? " already" : ""
        guard let withdrawal = withdrawals[server], withdrawal.isOrder else {
            return enabledWords(name, server, already, maintenance)
        }
        let when = isAlready ? ", ordered by \(withdrawal.by ?? "somebody") at \(withdrawal.since.wall)" : ""
        switch withdrawal.cause {
        case .disable:
            return "\(name) is disabled\(already)\(when): \(configuration.quiescent ? "weight 0" : "removed")"
        default:
            guard withdrawal.isDraining else { return "\(name) is drained\(already)\(when)" }
            let limit =
                configuration.policy.drain.map { "\($0.words) at most" } ?? "without a limit (drain = TIME sets one)"
            return "\(name) is draining\(already)\(when): weight 0 until its connections have ended, \(limit)"
        }
    }

    /// What keeps an enabled server out all the same is said.
    private func enabledWords(_ name: String, _ server: Endpoint, _ already: String, _ maintenance: String?) -> String {
        let enabled = "\(name) is enabled\(already)"
        if configuration.reals.last(where: { $0.server.endpoint == server })?.server.weight == 0 {
            return "\(enabled), but its weight is 0 in the file"
        }
        if let maintenance { return "\(enabled), but it is in maintenance by the file \(maintenance)" }
        if let health = health[server], health.state != .up, !kept.contains(server) {
            let fact = health.state == .down ? "its checks fail" : "not checked yet"
            return "\(enabled), but \(fact): \(health.reason)"
        }
        guard let agent = agents[server] else { return enabled }
        if agent.isAwaited { return "\(enabled), but its agent has not answered yet" }
        return agent.effect == .none ? enabled : "\(enabled), but its agent says \(agent.words)"
    }
}

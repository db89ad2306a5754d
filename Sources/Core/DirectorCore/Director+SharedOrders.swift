import NetworkTypes
package import TimeTypes
package import VirtualRouting
import VirtualServers

/// Orders of operators that hold on every director of the pair: the newest for a server counts, wherever it was given.
extension Director {
    /// Notes an order that was given here, for the peers. It counts over whatever is known, however the clocks of the
    /// two are set.
    mutating func share(
        _ action: OperatorAction, _ server: Endpoint, of id: VirtualService.ID, by user: String, at now: Moment
    ) {
        let (service, server) = (id.description, server.description)
        let before = sharedOrders.order(service: service, server: server)?.at ?? 0
        let order = SharedOrder(
            service: service, server: server, action: action.shared,
            by: String(decoding: user.utf8.prefix(32), as: UTF8.self),
            at: max(now.wall.milliseconds, min(before + 1, SharedOrder.latest)))
        sharedOrders.merge(order)
        awaited.remove(order.place)
    }

    /// Takes in what was ordered on a peer. Returns whether the kernel's table may have to change.
    package mutating func takeOver(_ orders: [SharedOrder], at now: Moment) -> Bool {
        var isChange = false
        for order in orders where sharedOrders.merge(order) {
            if carryOut(order, from: " on the peer,", at: now) { isChange = true }
        }
        return isChange
    }

    /// The section of a server that an order is for has left the file: the order waits for its return. One that is
    /// commented out for a while must not come back with a server in use that somebody has taken out.
    mutating func keep(_ order: Withdrawal, of server: Endpoint, in service: VirtualService.ID, at now: Moment) {
        let known = sharedOrders.order(service: service.description, server: server.description)
        if let known, known.action != .enable, awaited.count < SharedOrders.limit {
            awaited.insert(known.place)
            tell(.orderWaits(order, server, service, at: now))
        } else {
            tell(.orderDropped(order, server, service, at: now))
        }
    }

    /// The server of an order that waits, by the names that an operator gives it.
    func awaitedPlace(_ virtual: String, _ server: String) -> OrderPlace? {
        awaited.first { place in
            (place.service == virtual || place.service.hasSuffix(" \(virtual)")) && place.server == server
                && sharedOrders.order(service: place.service, server: place.server)?.action != .enable
        }
    }

    /// An order for a server that is not configured: nothing waits for it any more, here and on the peers.
    mutating func takeBack(_ place: OrderPlace, by user: String, at now: Moment) -> OrderOutcome? {
        guard let server = Endpoint(place.server), let id = VirtualService.ID(description: place.service) else {
            return nil
        }
        share(.enable, server, of: id, by: user, at: now)
        let text = "the order for real server \(server) of \(id), which is not configured, is taken back"
        report(EventRecord(.serverEnabled, at: now, service: id, server: server, "\(text) (enable by \(user))"))
        return OrderOutcome(service: id, server: server, isChange: true, text: text)
    }

    /// Services and servers that orders waited for may be in the file by now.
    mutating func carryOutAwaited(at now: Moment) {
        for place in awaited {
            guard let order = sharedOrders.order(service: place.service, server: place.server) else {
                awaited.remove(place)
                continue
            }
            _ = carryOut(order, at: now)
        }
    }

    /// As if it had been given here, at its time and by its giver.
    /// - Parameter place: where it was given, if it is known.
    mutating func carryOut(_ order: SharedOrder, from place: String = "", at now: Moment) -> Bool {
        awaited.remove(order.place)
        guard let server = Endpoint(order.server), let id = VirtualService.ID(description: order.service),
            let service = services[id], service.health[server] != nil
        else {
            // It has not been configured here yet; an order that was taken back changes nothing then.
            if order.action != .enable, awaited.count < SharedOrders.limit { awaited.insert(order.place) }
            return false
        }
        let before = service.withdrawals[server]
        let cause = order.action.cause
        guard order.action == .enable ? before?.isOrder == true : before?.cause != cause else { return false }
        // Its clock may be ahead of ours.
        let age = max(.zero, now.wall - WallTime(milliseconds: order.at))
        let since = Moment(
            WallTime(milliseconds: min(order.at, now.wall.milliseconds)),
            MonotonicInstant(nanoseconds: now.instant.nanoseconds - age.nanoseconds))
        services[id]?.withdrawals[server] = cause.map { Withdrawal($0, by: order.by, since: since) }
        marked.insert(id)
        let what =
            switch order.action {
            case .drain: "is draining"
            case .disable: "is disabled"
            case .enable: "is enabled"
            }
        report(
            EventRecord(
                order.action.event, at: now, service: id, server: server,
                "real server \(server) of \(id) \(what) (ordered by \(order.by)\(place) at \(since.wall))"))
        return true
    }

    /// A server of a service by their names.
    package struct OrderPlace: Hashable, Sendable {
        package var service: String
        package var server: String

        package init(service: String, server: String) {
            self.service = service
            self.server = server
        }
    }
}

extension SharedOrder {
    fileprivate var place: Director.OrderPlace { Director.OrderPlace(service: service, server: server) }
}

extension SharedOrder.Action {
    var cause: Withdrawal.Cause? {
        switch self {
        case .drain: .drain
        case .disable: .disable
        case .enable: nil
        }
    }

    var event: EventRecord.Kind {
        switch self {
        case .drain: .serverDraining
        case .disable: .serverDisabled
        case .enable: .serverEnabled
        }
    }
}

extension OperatorAction {
    var shared: SharedOrder.Action {
        switch self {
        case .drain: .drain
        case .disable: .disable
        case .enable: .enable
        }
    }
}

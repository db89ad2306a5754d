package import DirectorCore
package import VirtualRouting

/// What director-vrrp says to the engine, one JSON text a line.
package enum PairMessage: Equatable, Sendable {
    /// After a change, and at least once a second. `routers` is nil where nothing of them changed since the last line.
    case state(JSON)
    case event(EventRecord)
    /// What became of a request with that number: words for people, or why not.
    case answer(Int64, PairAnswer)
    /// Orders of operators that came from a peer, or that are known when somebody subscribes.
    case orders([SharedOrder])

    package var json: JSON {
        let version = JSON.Member("version", .integer(PairRequest.version))
        switch self {
        case .state(let state): return .object([version, .init("state", state)])
        case .event(let event): return .object([version, .init("event", event.json)])
        case .orders(let orders): return .object([version, .init("orders", .array(orders.map(\.json)))])
        case .answer(let number, .done(let text)):
            return .object([version, .init("answer", .integer(number)), .init("text", .string(text))])
        case .answer(let number, .refused(let reason)):
            return .object([version, .init("answer", .integer(number)), .init("error", .string(reason))])
        }
    }

    package init(json: JSON) throws(DecodingFailure) {
        guard json["version"]?.integer == PairRequest.version else { throw DecodingFailure("version") }
        if let state = json["state"] {
            self = .state(state)
        } else if let event = json["event"] {
            self = .event(try EventRecord(json: event))
        } else if json["orders"] != nil {
            self = .orders(try SharedOrder.list(json))
        } else if let number = json["answer"]?.integer {
            if let reason = json["error"]?.string {
                self = .answer(number, .refused(reason))
            } else {
                self = .answer(number, .done(try json.text("text")))
            }
        } else {
            throw DecodingFailure("state")
        }
    }
}

package enum PairAnswer: Equatable, Sendable {
    case done(String)
    case refused(String)
}

/// What the engine knows of its director's worth: holds until it says otherwise.
package struct PairStanding: Hashable, Sendable {
    /// It may take the addresses from one that works.
    package var isReady: Bool
    /// It reaches at least one real server.
    package var servesAnybody: Bool

    package init(isReady: Bool, servesAnybody: Bool) {
        self.isReady = isReady
        self.servesAnybody = servesAnybody
    }
}

/// What an operator may order of the pair.
package enum PairOrder: String, Hashable, Sendable, CaseIterable {
    case takeover
    case standby
}

/// What the engine says to director-vrrp, one JSON text a line: `{"version": 1, "request": "subscribe"}`.
package enum PairRequest: Equatable, Sendable {
    package static let version: Int64 = 1

    /// Tell the state now and whenever it changes, and the events that nobody was told of yet.
    case subscribe
    /// Without a router: for every one.
    case order(Int64, PairOrder, router: String?)
    /// What the engine knows of this director's worth.
    case standing(PairStanding)
    /// Get ready for the vrrp sections of the file with this digest; then put them in force, or forget them.
    case prepare(Int64, digest: String)
    case commit(Int64)
    case abort
    /// Switch the peer off by the plugin of a router; without one, of the one that has a plugin. A policy asks for it.
    case fence(Int64, router: String?)
    /// Orders of operators for the peers; older ones than are known change nothing.
    case orders([SharedOrder])

    package var json: JSON {
        var members: [JSON.Member] = [.init("version", .integer(Self.version))]
        switch self {
        case .subscribe: members.append(.init("request", "subscribe"))
        case .order(let number, let order, let router):
            members += [
                .init("request", .string(order.rawValue)), .init("number", .integer(number)),
                .init("router", .optional(router)),
            ]
        case .prepare(let number, let digest):
            members += [
                .init("request", "prepare"), .init("number", .integer(number)), .init("digest", .string(digest)),
            ]
        case .commit(let number): members += [.init("request", "commit"), .init("number", .integer(number))]
        case .orders(let orders):
            members += [.init("request", "orders"), .init("orders", .array(orders.map(\.json)))]
        case .abort: members.append(.init("request", "abort"))
        case .standing(let standing):
            members += [
                .init("request", "standing"), .init("ready", .bool(standing.isReady)),
                .init("services", .bool(standing.servesAnybody)),
            ]
        case .fence(let number, let router):
            members += [
                .init("request", "fence"), .init("number", .integer(number)), .init("router", .optional(router)),
            ]
        }
        return .object(members)
    }

    package init(json: JSON) throws(DecodingFailure) {
        guard json["version"]?.integer == Self.version else { throw DecodingFailure("version") }
        let request = try json.text("request")
        if let order = PairOrder(rawValue: request) {
            self = .order(json["number"]?.integer ?? 0, order, router: json["router"]?.string)
            return
        }
        switch request {
        case "subscribe": self = .subscribe
        case "prepare": self = .prepare(try json.integer("number"), digest: try json.text("digest"))
        case "commit": self = .commit(try json.integer("number"))
        case "abort": self = .abort
        case "orders": self = .orders(try SharedOrder.list(json))
        case "standing":
            self = .standing(
                PairStanding(isReady: try json.flag("ready"), servesAnybody: try json.flag("services")))
        case "fence": self = .fence(json["number"]?.integer ?? 0, router: json["router"]?.string)
        default: throw DecodingFailure("request")
        }
    }
}

package import DirectorCore

/// What a client asks of the engine: one JSON text a line, `{"version": 1, "request": "status"}`.
package enum ControlRequest: Equatable, Sendable {
    /// The protocol's version; other numbers are refused.
    package static let version: Int64 = 1

    /// Who answers, and what the client may do.
    case hello
    case status
    /// The status with everything that is counted and measured.
    case metrics
    case events(EventQuery)
    /// Those events now, then every new one.
    case follow(EventQuery)
    /// The status now, then what changes in it.
    case subscribe
    /// Why a real server is in or out; without a service, in every one that has it.
    case explain(virtual: String?, server: String)
    /// Read the configuration again; the answer comes when it is in force or refused.
    case reload
    /// Takes a real server out or puts it back; the names are what `ipvsadm -Ln` prints. The answer comes when the
    /// order is in force and written down.
    case order(OperatorAction, virtual: String, server: String)
    /// Which director holds the virtual addresses; without a router, of every one.
    case pair(PairOrder, router: String?)
    /// Something outside reports of itself; the answer's `text` says what came of it.
    case report(OutsideReport)

    package var json: JSON {
        var members: [JSON.Member] = [.init("version", .integer(Self.version)), .init("request", .string(name))]
        switch self {
        case .events(let query), .follow(let query): members += query.members
        case .hello, .status, .metrics, .subscribe, .reload: break
        case .explain(let virtual, let server):
            if let virtual { members.append(.init("virtual", .string(virtual))) }
            members.append(.init("server", .string(server)))
        case .report(let report): members += report.members
        case .order(_, let virtual, let server):
            members += [.init("virtual", .string(virtual)), .init("server", .string(server))]
        case .pair(_, let router):
            if let router { members.append(.init("router", .string(router))) }
        }
        return .object(members)
    }

    private var name: String {
        switch self {
        case .hello: "hello"
        case .status: "status"
        case .metrics: "metrics"
        case .events: "events"
        case .follow: "follow"
        case .subscribe: "subscribe"
        case .explain: "explain"
        case .reload: "reload"
        case .order(let action, _, _): action.rawValue
        case .pair(let order, _): order.rawValue
        case .report(let report): report.request
        }
    }

    package init(json: JSON) throws(DecodingFailure) {
        guard json["version"]?.integer == Self.version else { throw DecodingFailure("version") }
        let request = try json.text("request")
        if let action = OperatorAction(rawValue: request) {
            self = .order(action, virtual: try json.text("virtual"), server: try json.text("server"))
            return
        }
        if let order = PairOrder(rawValue: request) {
            self = .pair(order, router: json["router"]?.string)
            return
        }
        switch request {
        case "hello": self = .hello
        case "status": self = .status
        case "metrics": self = .metrics
        case "events": self = .events(try EventQuery(json: json))
        case "follow": self = .follow(try EventQuery(json: json))
        case "subscribe": self = .subscribe
        case "explain": self = .explain(virtual: json["virtual"]?.string, server: try json.text("server"))
        case "reload": self = .reload
        case "event", "alive": self = .report(try OutsideReport(request, json: json))
        default: throw DecodingFailure("request")
        }
    }

    /// Whether it changes anything, and so needs the permission to.
    package var isChange: Bool {
        switch self {
        case .reload, .order, .pair: true
        case .hello, .status, .metrics, .events, .follow, .subscribe, .explain, .report: false
        }
    }

    /// Whether it reports something, and so needs the permission to.
    package var isReport: Bool {
        if case .report = self { true } else { false }
    }
}

/// What the engine answers, one JSON text a line.
package enum ControlResponse: Equatable, Sendable {
    case done(JSON)
    /// One line that names the thing, the reason and what would be right.
    case refused(String)

    package var json: JSON {
        switch self {
        case .done(let result): ["version": .integer(ControlRequest.version), "ok": true, "result": result]
        case .refused(let reason): ["version": .integer(ControlRequest.version), "ok": false, "error": .string(reason)]
        }
    }

    package init(json: JSON) throws(DecodingFailure) {
        if try json.flag("ok") {
            self = .done(try json.member("result"))
        } else {
            self = .refused(try json.text("error"))
        }
    }
}

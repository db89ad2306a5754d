package import DirectorCore
import HealthChecking
import NetworkTypes
import TimeTypes
import VirtualServers

/// The status document. Times are RFC 3339 texts in UTC beside milliseconds since 1970 (`...Ms`), which are what is
/// read back; absent things are `null`.
extension Snapshot {
    package var json: JSON {
        .object(head + [.init("services", .array(services.map(\.json)))] + tail)
    }

    /// The same as `json.line`, in a tenth of the memory.
    package var line: [UInt8] {
        var line = JSONLine()
        line.put(head)
        line.put("services", each: services) { $0.json.line }
        line.put(tail)
        return line.ended()
    }

    private var head: [JSON.Member] {
        [
            .init("time", .string(time.description)),
            .init("timeMs", .integer(time.milliseconds)),
            .init("engine", engine.json),
            .init("pair", pair?.json ?? .null),
        ]
    }

    private var tail: [JSON.Member] { [.init("events", .array(events.map(\.json)))] }

    package init(json: JSON) throws(DecodingFailure) {
        self.init(
            time: try json.time("timeMs"), engine: try EngineSnapshot(json: try json.member("engine")),
            services: try json.list("services") { (element) throws(DecodingFailure) in
                try ServiceSnapshot(json: element)
            },
            events: try json.list("events") { (element) throws(DecodingFailure) in try EventRecord(json: element) })
        if let value = json["pair"], value != .null { pair = try PairSnapshot(json: value) }
    }
}

extension EngineSnapshot {
    var json: JSON {
        [
            "pid": .integer(pid),
            "startedAt": .string(startedAt.description),
            "startedAtMs": .integer(startedAt.milliseconds),
            "configurationFile": .string(configurationFile),
            "configurationLoadedAt": .string(configurationLoadedAt.description),
            "configurationLoadedAtMs": .integer(configurationLoadedAt.milliseconds),
            "configurationProblem": .optional(configurationProblem),
            "proberConnected": .bool(proberConnected),
            "checks": .integer(Int64(checkCount)),
            "journalProblem": .optional(journalProblem),
            "shortage": .optional(shortage),
            "outside": outside.json,
        ]
    }

    init(json: JSON) throws(DecodingFailure) {
        self.init(
            pid: try json.integer("pid"), startedAt: try json.time("startedAtMs"),
            configurationFile: try json.text("configurationFile"),
            configurationLoadedAt: try json.time("configurationLoadedAtMs"),
            configurationProblem: json["configurationProblem"]?.string,
            proberConnected: try json.flag("proberConnected"), checkCount: Int(try json.integer("checks")))
        journalProblem = json["journalProblem"]?.string
        shortage = json["shortage"]?.string
        if let value = json["outside"] { outside = try OutsideMemory(json: value) }
    }
}

extension ServiceSnapshot {
    var json: JSON {
        .object(head + [.init("servers", .array(servers.map(\.json)))])
    }

    /// Everything but the real servers.
    var head: [JSON.Member] {
        id.members + [
            .init("scheduler", .string(scheduler)),
            .init("persistent", .optional(persistenceTimeout.map(Int64.init))),
            .init("inKernel", .bool(inKernel)),
            .init("problem", .optional(problem)),
            .init("up", .integer(Int64(upCount))),
            .init("fallback", .optional(fallback?.description)),
            .init("fallbackActive", .bool(fallbackActive)),
            .init("tiers", .array(tiers.map { .array($0.map(\.json)) })),
            .init("activeTier", .optional(activeTier.map(Int64.init))),
        ]
    }

    init(json: JSON) throws(DecodingFailure) {
        try self.init(
            head: json,
            servers: try json.list("servers") { (element) throws(DecodingFailure) in
                try ServerSnapshot(json: element)
            })
    }

    init(head json: JSON, servers: [ServerSnapshot]) throws(DecodingFailure) {
        self.init(
            id: try VirtualService.ID(json: json), scheduler: try json.text("scheduler"),
            persistenceTimeout: json["persistent"]?.integer.flatMap(UInt32.init(exactly:)),
            inKernel: try json.flag("inKernel"), problem: json["problem"]?.string,
            fallback: json["fallback"]?.string.flatMap(Endpoint.init), fallbackActive: try json.flag("fallbackActive"),
            servers: servers)
        for tier in json["tiers"]?.elements ?? [] {
            var servers: [ServerSnapshot] = []
            for element in tier.elements { servers.append(try ServerSnapshot(json: element)) }
            tiers.append(servers)
        }
        activeTier = json["activeTier"]?.integer.map { Int($0) }
    }
}

extension ServerSnapshot {
    var json: JSON {
        [
            "server": .string(endpoint.description),
            "method": .string(method),
            "state": .string(state.rawValue),
            "since": .string(since.description),
            "sinceMs": .integer(since.milliseconds),
            "reason": .string(reason),
            "failures": .integer(Int64(failures)),
            "failureCount": .integer(Int64(failureCount)),
            "lastCheck": .optional(lastCheck?.description),
            "lastCheckMs": .optional(lastCheck?.milliseconds),
            "latencyUs": .optional(latency.map { $0.nanoseconds / 1000 }),
            "check": .string(check),
            "weight": .integer(Int64(weight)),
            "kernelWeight": .optional(kernelWeight.map(Int64.init)),
            "activeConnections": .integer(Int64(activeConnections)),
            "inactiveConnections": .integer(Int64(inactiveConnections)),
            "connectionsPerSecond": .integer(Int64(clamping: rates.connections)),
            "inBytesPerSecond": .integer(Int64(clamping: rates.inBytes)),
            "outBytesPerSecond": .integer(Int64(clamping: rates.outBytes)),
            "successes": .integer(Int64(successes)),
            "rise": .integer(Int64(rise)),
            "withdrawal": withdrawal?.json ?? .null,
            "heldUntil": .optional(heldUntil?.description),
            "heldUntilMs": .optional(heldUntil?.milliseconds),
            "keptByMinup": .bool(isKept),
            "agent": agent?.json ?? .null,
            "checks": .array(checks.map(\.json)),
        ]
    }

    init(json: JSON) throws(DecodingFailure) {
        let endpoint = try json.endpoint("server")
        guard let state = HealthTracker.State(rawValue: try json.text("state")) else { throw DecodingFailure("state") }
        let since = try json.time("sinceMs")
        self.init(
            endpoint: endpoint, method: try json.text("method"),
            health: HealthTracker(state, reason: try json.text("reason"), at: since),
            failureCount: Int(try json.integer("failureCount")), check: try json.text("check"),
            weight: Int32(clamping: try json.integer("weight")),
            kernelWeight: json["kernelWeight"]?.integer.map { Int32(clamping: $0) }, connections: .init())
        failures = Int(try json.integer("failures"))
        lastCheck = json["lastCheckMs"]?.integer.map(WallTime.init(milliseconds:))
        latency = json["latencyUs"]?.integer.map(Duration.microseconds)
        activeConnections = UInt32(clamping: try json.integer("activeConnections"))
        inactiveConnections = UInt32(clamping: try json.integer("inactiveConnections"))
        rates.connections = UInt64(clamping: json["connectionsPerSecond"]?.integer ?? 0)
        rates.inBytes = UInt64(clamping: json["inBytesPerSecond"]?.integer ?? 0)
        rates.outBytes = UInt64(clamping: json["outBytesPerSecond"]?.integer ?? 0)
        successes = Int(try json.integer("successes"))
        rise = Int(try json.integer("rise"))
        if let value = json["withdrawal"], value != .null { withdrawal = try WithdrawalSnapshot(json: value) }
        heldUntil = json["heldUntilMs"]?.integer.map(WallTime.init(milliseconds:))
        isKept = try json.flag("keptByMinup")
        if let value = json["agent"], value != .null { agent = try AgentSnapshot(json: value) }
        checks = try json.list("checks") { (element) throws(DecodingFailure) in try CheckSnapshot(json: element) }
    }
}

extension EventRecord {
    package var json: JSON {
        [
            "number": .integer(number),
            "time": .string(time.description),
            "timeMs": .integer(time.milliseconds),
            "event": .string(kind.rawValue),
            "severity": .string(severity.rawValue),
            "service": service.map { .object($0.members) } ?? .null,
            "server": .optional(server?.description),
            "name": .optional(name),
            "source": .optional(source),
            "repeats": .optional(repeats.map(Int64.init)),
            "router": .optional(router),
            "text": .string(text),
        ]
    }

    package init(json: JSON) throws(DecodingFailure) {
        // A kind that a later daemon knows stands for itself by its text.
        let kind = Kind(rawValue: try json.text("event")) ?? .remark
        guard let severity = Severity(rawValue: try json.text("severity")) else { throw DecodingFailure("severity") }
        var service: VirtualService.ID?
        if let value = json["service"], value != .null { service = try VirtualService.ID(json: value) }
        self.init(
            kind, severity, at: try json.time("timeMs"), service: service,
            server: json["server"]?.string.flatMap(Endpoint.init), try json.text("text"))
        number = json["number"]?.integer ?? 0
        name = json["name"]?.string
        source = json["source"]?.string
        repeats = json["repeats"]?.integer.map { Int($0) }
        router = json["router"]?.string
    }
}

extension VirtualService.ID {
    /// `service` for people, the rest for programs.
    var members: [JSON.Member] {
        [
            .init("service", .string(description)),
            .init("protocol", .string(transport?.name ?? "fwm")),
            .init("virtual", .optional(endpoint?.description)),
            .init("mark", mark.map { .integer(Int64($0)) } ?? .null),
            .init("family", .string(family == .ipv4 ? "ipv4" : "ipv6")),
        ]
    }

    private var mark: UInt32? {
        if case .firewallMark(let mark, _) = self { mark } else { nil }
    }

    init(json: JSON) throws(DecodingFailure) {
        let name = try json.text("protocol")
        if let transport = TransportProtocol.allCases.first(where: { $0.name == name }) {
            let endpoint = try json.endpoint("virtual")
            self = .address(transport, endpoint)
        } else {
            guard let mark = UInt32(exactly: try json.integer("mark")) else { throw DecodingFailure("mark") }
            self = .firewallMark(mark, try json.text("family") == "ipv6" ? .ipv6 : .ipv4)
        }
    }
}

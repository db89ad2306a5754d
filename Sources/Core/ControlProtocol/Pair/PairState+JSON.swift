package import DirectorCore
import NetworkTypes
import TimeTypes
import VirtualRouting
import VirtualServers

extension PairSnapshot {
    /// The members of the state stand beside `current`.
    package var json: JSON {
        .object(
            [
                .init("current", .bool(isCurrent)), .init("problem", .optional(problem)),
                .init("heardAt", .optional(heardAt?.description)),
                .init("heardAtMs", .optional(heardAt?.milliseconds)),
                .init("ready", readiness.map { .bool($0.isReady) } ?? .null),
                .init("readyReason", .optional(readiness?.reason)), .init("sync", .array(sync.map(\.json))),
            ] + state.members(withRouters: true))
    }

    package init(json: JSON) throws(DecodingFailure) {
        self.init(
            problem: json["problem"]?.string, heardAt: json["heardAtMs"]?.integer.map(WallTime.init(milliseconds:)),
            state: try PairState(json: json, routers: []))
        if let isReady = json["ready"]?.bool {
            readiness = PairReadiness(isReady: isReady, reason: json["readyReason"]?.string ?? "")
        }
        for element in json["sync"]?.elements ?? [] { sync.append(try PairSync(json: element)) }
    }
}

extension PairSync {
    /// What the kernel has not said, of a daemon that does not run, is null.
    fileprivate var json: JSON {
        [
            "role": .string(daemon.role.word), "interface": .string(daemon.interface),
            "id": .integer(Int64(daemon.syncID)), "maxlen": .optional(daemon.maximumLength.map(Int64.init)),
            "group": .optional(daemon.group?.description), "port": .optional(daemon.port.map(Int64.init)),
            "ttl": .optional(daemon.ttl.map(Int64.init)), "since": .optional(since?.description),
            "sinceMs": .optional(since?.milliseconds), "problem": .optional(problem),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        let word = try json.text("role")
        guard let role = SyncDaemon.Role.allCases.first(where: { $0.word == word }) else {
            throw DecodingFailure("role")
        }
        self.init(
            daemon: SyncDaemon(
                role, interface: try json.text("interface"), syncID: UInt32(clamping: try json.integer("id")),
                maximumLength: json["maxlen"]?.integer.map { UInt16(clamping: $0) },
                group: json["group"]?.string.flatMap { IPAddress($0) },
                port: json["port"]?.integer.map { UInt16(clamping: $0) },
                ttl: json["ttl"]?.integer.map { UInt8(clamping: $0) }),
            since: json["sinceMs"]?.integer.map(WallTime.init(milliseconds:)), problem: json["problem"]?.string)
    }
}

extension PairState {
    /// - Parameter withRouters: without them the receiver keeps those that it has.
    package func json(withRouters: Bool) -> JSON { .object(members(withRouters: withRouters)) }

    fileprivate func members(withRouters: Bool) -> [JSON.Member] {
        var members: [JSON.Member] = [
            .init("pid", .integer(pid)), .init("startedAt", .string(startedAt.description)),
            .init("startedAtMs", .integer(startedAt.milliseconds)), .init("name", .string(name)),
            .init("file", .optional(fileDigest)),
        ]
        if withRouters { members.append(.init("routers", .array(routers.map(\.json)))) }
        return members + [
            .init("peers", .array(peers.map(\.json))), .init("links", .array(links.map(\.json))),
            .init("counters", counters.json), .init("lateness", lateness.json),
        ]
    }

    /// - Parameter known: the routers to keep when the message has none.
    package init(json: JSON, routers known: [PairRouter]) throws(DecodingFailure) {
        var routers = known
        if json["routers"] != nil {
            routers = try json.list("routers") { (element) throws(DecodingFailure) in try PairRouter(json: element) }
        }
        self.init(
            pid: try json.integer("pid"), startedAt: try json.time("startedAtMs"), name: try json.text("name"),
            routers: routers)
        fileDigest = json["file"]?.string
        peers = try json.list("peers") { (element) throws(DecodingFailure) in try PairPeer(json: element) }
        links = try json.list("links") { (element) throws(DecodingFailure) in try PairLink(json: element) }
        counters = try PairCounters(json: try json.member("counters"))
        lateness = try LatenessHistogram(json: try json.member("lateness"))
    }
}

extension PairRouter {
    fileprivate var json: JSON {
        var members: [JSON.Member] = [
            .init("name", .string(name)), .init("role", .string(role.rawValue)),
            .init("since", .string(since.description)), .init("sinceMs", .integer(since.milliseconds)),
            .init("reason", .string(reason)), .init("priority", .integer(Int64(priority))),
            .init("standby", .bool(isStandby)), .init("ready", .bool(isReady)), .init("master", .optional(master)),
            .init(
                "transitions",
                [
                    "master": .count(transitions.master), "backup": .count(transitions.backup),
                    "fault": .count(transitions.fault),
                ]),
        ]
        // director-vrrp does not say what the configuration says.
        if !self.members.isEmpty { members.append(.init("members", .array(self.members.map(\.json)))) }
        return .object(members)
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        // A role that a later release knows is none that this one can show.
        self.init(
            name: try json.text("name"), role: PairRole(rawValue: try json.text("role")) ?? .unknown,
            since: try json.time("sinceMs"), reason: try json.text("reason"),
            priority: UInt8(clamping: try json.integer("priority")))
        isStandby = try json.flag("standby")
        isReady = try json.flag("ready")
        master = json["master"]?.string
        let counts = try json.member("transitions")
        transitions.master = try counts.count("master")
        transitions.backup = try counts.count("backup")
        transitions.fault = try counts.count("fault")
        for element in json["members"]?.elements ?? [] { members.append(try PairMember(json: element)) }
    }
}

extension PairMember {
    fileprivate var json: JSON {
        [
            "interface": .string(interface), "id": .integer(Int64(id)), "version": .integer(Int64(version)),
            "intervalMs": .integer(interval.milliseconds), "addresses": .array(addresses.map(JSON.string)),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        self.init(
            interface: try json.text("interface"), id: UInt8(clamping: try json.integer("id")),
            version: UInt8(clamping: try json.integer("version")),
            interval: .milliseconds(try json.integer("intervalMs")),
            addresses: (json["addresses"]?.elements ?? []).compactMap(\.string))
    }
}

extension PairPeer {
    fileprivate var json: JSON {
        [
            "name": .string(name), "state": .string(state.rawValue), "since": .string(since.description),
            "sinceMs": .integer(since.milliseconds), "heardAt": .optional(heardAt?.description),
            "heardAtMs": .optional(heardAt?.milliseconds),
            "routers": .array(
                routers.map {
                    [
                        "name": .string($0.name), "role": .string($0.role.rawValue),
                        "priority": .integer(Int64($0.priority)), "ready": .bool($0.isReady),
                    ]
                }),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        guard let state = State(rawValue: try json.text("state")) else { throw DecodingFailure("state") }
        self.init(name: try json.text("name"), state: state, since: try json.time("sinceMs"))
        heardAt = json["heardAtMs"]?.integer.map(WallTime.init(milliseconds:))
        routers = try json.list("routers") { (element) throws(DecodingFailure) in
            Report(
                name: try element.text("name"), role: PairRole(rawValue: try element.text("role")) ?? .unknown,
                priority: UInt8(clamping: try element.integer("priority")), isReady: try element.flag("ready"))
        }
    }
}

extension PairLink {
    /// `up`, `received` and `lost` sum up what stands in `peers`.
    fileprivate var json: JSON {
        [
            "medium": .string(medium), "detect": .bool(detects), "up": .bool(isUp),
            "heardAt": .optional(heardAt?.description), "heardAtMs": .optional(heardAt?.milliseconds),
            "received": .count(received), "lost": .count(lost), "peers": .array(peers.map(\.json)),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        self.init(medium: try json.text("medium"), detects: try json.flag("detect"))
        peers = try json.list("peers") { (element) throws(DecodingFailure) in try Reception(json: element) }
    }
}

extension PairLink.Reception {
    fileprivate var json: JSON {
        [
            "peer": .string(peer), "up": .bool(isUp), "since": .string(since.description),
            "sinceMs": .integer(since.milliseconds), "heardAtMs": .optional(heardAt?.milliseconds),
            "received": .count(received), "lost": .count(lost),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        self.init(
            peer: try json.text("peer"), isUp: try json.flag("up"), since: try json.time("sinceMs"),
            heardAt: json["heardAtMs"]?.integer.map(WallTime.init(milliseconds:)),
            received: try json.count("received"), lost: try json.count("lost"))
    }
}

extension PairCounters {
    fileprivate var json: JSON {
        [
            "sent": .count(sent), "received": .count(received), "refused": .array(refused.map(\.json)),
            "linkRefused": .array(linkRefused.map(\.json)),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        self.init()
        sent = try json.count("sent")
        received = try json.count("received")
        refused = try json.list("refused") { (element) throws(DecodingFailure) in try Refusal(json: element) }
        linkRefused = try json.list("linkRefused") { (element) throws(DecodingFailure) in try Refusal(json: element) }
    }
}

extension PairCounters.Refusal {
    fileprivate var json: JSON { ["reason": .string(reason), "count": .count(count)] }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        self.init(reason: try json.text("reason"), count: try json.count("count"))
    }
}

extension LatenessHistogram {
    /// `counts` go with `boundsUs`, each for what was later than the bound before and not than its own; the last count
    /// is of what was later than all bounds.
    fileprivate var json: JSON {
        [
            "boundsUs": .array((0..<Self.slots).compactMap(Self.bound(ofSlot:)).map(JSON.count)),
            "counts": .array(counts.map(JSON.count)), "sumUs": .integer(sum.nanoseconds / 1000),
            "worstUs": .integer(worst.nanoseconds / 1000),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        self.init(
            counts: (json["counts"]?.elements ?? []).map { UInt64(clamping: $0.integer ?? 0) },
            worst: .microseconds(try json.integer("worstUs")), sum: .microseconds(try json.integer("sumUs")))
    }
}

extension JSON {
    fileprivate static func count(_ value: UInt64) -> JSON { .integer(Int64(clamping: value)) }

    fileprivate func count(_ key: String) throws(DecodingFailure) -> UInt64 { UInt64(clamping: try integer(key)) }
}

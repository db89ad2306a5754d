package import DirectorCore
import HealthChecking
import NetworkTypes
import TimeTypes
import VirtualServers

/// The answer to `explain`, one for each virtual service that has the server.
extension Explanation {
    package var json: JSON {
        var members: [JSON.Member] = [
            .init("time", .string(time.description)), .init("timeMs", .integer(time.milliseconds)),
            .init("virtual", .object(service.members)), .init("server", server.json),
            .init("tier", .optional(tier.map(Int64.init))),
        ]
        members += [
            .init("checks", .array(checks.map(\.json))), .init("agent", agent.map(\.json) ?? .null),
            .init("proberConnected", .bool(proberConnected)),
            .init("maintenanceFile", .optional(maintenanceFile)), .init("quiescent", .bool(quiescent)),
            .init("wantedWeight", .optional(wantedWeight.map(Int64.init))),
            .init("kernelWeight", .optional(server.kernelWeight.map(Int64.init))),
            .init("serviceInKernel", .bool(serviceInKernel)), .init("problem", .optional(problem)),
            .init("events", .array(events.map(\.json))),
        ]
        return .object(members)
    }

    package init(json: JSON) throws(DecodingFailure) {
        self.init(
            time: try json.time("timeMs"), service: try VirtualService.ID(json: try json.member("virtual")),
            server: try ServerSnapshot(json: try json.member("server")),
            checks: try json.list("checks") { (check) throws(DecodingFailure) in try Check(json: check) },
            proberConnected: try json.flag("proberConnected"), maintenanceFile: json["maintenanceFile"]?.string,
            quiescent: try json.flag("quiescent"),
            wantedWeight: json["wantedWeight"]?.integer.map { Int32(clamping: $0) },
            serviceInKernel: try json.flag("serviceInKernel"), problem: json["problem"]?.string,
            events: try json.list("events") { (event) throws(DecodingFailure) in try EventRecord(json: event) })
        tier = json["tier"]?.integer.map { Int($0) }
        if let asked = json["agent"], asked != .null { agent = try Check(json: asked) }
    }
}

extension Explanation.Check {
    fileprivate var json: JSON {
        [
            "check": .string(words), "rise": .integer(Int64(limits.rise)), "fall": .integer(Int64(limits.fall)),
            "results": .array(runs.map(\.json)), "next": .optional(next?.description),
            "nextMs": .optional(next?.milliseconds), "isRun": .bool(isRun),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        self.init(
            words: try json.text("check"),
            limits: HealthLimits(rise: Int(try json.integer("rise")), fall: Int(try json.integer("fall"))),
            runs: try json.list("results") { (run) throws(DecodingFailure) in try CheckLog.Run(json: run) },
            next: json["nextMs"]?.integer.map(WallTime.init(milliseconds:)), isRun: try json.flag("isRun"))
    }
}

extension CheckLog.Run {
    fileprivate var json: JSON {
        [
            "passed": .bool(passed), "reason": .string(reason), "count": .integer(Int64(count)),
            "first": .string(first.description), "firstMs": .integer(first.milliseconds),
            "last": .string(last.description), "lastMs": .integer(last.milliseconds),
            "latencyUs": .integer(latency.nanoseconds / 1000), "longestUs": .integer(longest.nanoseconds / 1000),
        ]
    }

    fileprivate init(json: JSON) throws(DecodingFailure) {
        self.init(
            passed: try json.flag("passed"), reason: try json.text("reason"), first: try json.time("firstMs"),
            last: try json.time("lastMs"), count: Int(try json.integer("count")),
            latency: .microseconds(try json.integer("latencyUs")),
            longest: .microseconds(try json.integer("longestUs")))
    }
}

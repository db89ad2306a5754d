package import DirectorCore
import NetworkTypes
import TimeTypes
import VirtualRouting
import VirtualServers

/// The file that keeps the operator's orders, and the drains under way, for the engine's next run.
extension OperatorMemory {
    private static let version: Int64 = 1

    package var json: JSON {
        [
            "version": .integer(Self.version), "orders": .array(items.map(\.json)), "holds": .array(holds.map(\.json)),
            "maintained": .array(maintained.map(\.json)), "shared": .array(shared.map(\.json)),
            "awaited": .array(
                awaited.map { ["service": .string($0.service), "server": .string($0.server)] as JSON }),
            "slowStarts": .array(ramps.map(\.json)),
        ]
    }

    package init(json: JSON) throws(DecodingFailure) {
        guard json["version"]?.integer == Self.version else { throw DecodingFailure("version") }
        self.init(
            items: try json.list("orders") { (element) throws(DecodingFailure) in
                try OperatorMemory.Item(json: element)
            },
            // A file of an earlier release has none.
            holds: json["holds"] == nil
                ? []
                : try json.list("holds") { (element) throws(DecodingFailure) in
                    try OperatorMemory.Hold(json: element)
                })
        for element in json["maintained"]?.elements ?? [] {
            maintained.append(try OperatorMemory.Maintained(json: element))
        }
        for element in json["shared"]?.elements ?? [] { shared.append(try SharedOrder(json: element)) }
        for element in json["awaited"]?.elements ?? [] {
            awaited.append(.init(service: try element.text("service"), server: try element.text("server")))
        }
        for element in json["slowStarts"]?.elements ?? [] { ramps.append(try OperatorMemory.Ramp(json: element)) }
    }
}

extension OperatorMemory.Ramp {
    var json: JSON {
        .object(
            service.members + [
                .init("server", .string(server.description)),
                .init("since", .string(since.description)),
                .init("sinceMs", .integer(since.milliseconds)),
            ])
    }

    init(json: JSON) throws(DecodingFailure) {
        let server = try json.endpoint("server")
        self.init(service: try VirtualService.ID(json: json), server: server, since: try json.time("sinceMs"))
    }
}

extension OperatorMemory.Hold {
    var json: JSON {
        .object(
            service.members + [
                .init("server", .string(server.description)),
                .init("since", .string(since.description)),
                .init("sinceMs", .integer(since.milliseconds)),
                .init("lengthMs", .integer(length.milliseconds)),
                .init("count", .integer(Int64(count))),
            ])
    }

    init(json: JSON) throws(DecodingFailure) {
        let server = try json.endpoint("server")
        // A century is more than anybody meant, and can be reckoned with.
        guard let length = json["lengthMs"]?.integer, (1...3_155_760_000_000).contains(length) else {
            throw DecodingFailure("lengthMs")
        }
        guard let count = json["count"]?.integer, (1...1_000_000).contains(count) else {
            throw DecodingFailure("count")
        }
        self.init(
            service: try VirtualService.ID(json: json), server: server, since: try json.time("sinceMs"),
            length: .milliseconds(length), count: Int(count))
    }
}

extension OperatorMemory.Maintained {
    var json: JSON {
        .object(
            service.members + [
                .init("server", .string(server.description)), .init("file", .string(file)),
                .init("returns", .bool(returns)),
            ])
    }

    init(json: JSON) throws(DecodingFailure) {
        let server = try json.endpoint("server")
        self.init(
            service: try VirtualService.ID(json: json), server: server, file: try json.text("file"),
            returns: try json.flag("returns"))
    }
}

extension OperatorMemory.Item {
    var json: JSON {
        .object(
            service.members + [
                .init("server", .string(server.description)),
                .init("cause", .string(cause.rawValue)),
                .init("by", .optional(by)),
                .init("since", .string(since.description)),
                .init("sinceMs", .integer(since.milliseconds)),
                .init("ended", .bool(hasEnded)),
                .init("unchecked", .bool(isUnchecked)),
            ])
    }

    init(json: JSON) throws(DecodingFailure) {
        let server = try json.endpoint("server")
        guard let cause = Withdrawal.Cause(rawValue: try json.text("cause")) else { throw DecodingFailure("cause") }
        self.init(
            service: try VirtualService.ID(json: json), server: server, cause: cause, by: json["by"]?.string,
            since: try json.time("sinceMs"), hasEnded: try json.flag("ended"),
            isUnchecked: json["unchecked"]?.bool ?? false)
    }
}

extension OrderOutcome {
    /// What a client hears of an order that was carried out.
    package var json: JSON {
        .object(
            service.members + [
                .init("server", .string(server.description)), .init("changed", .bool(isChange)),
                .init("text", .string(text)),
            ])
    }
}

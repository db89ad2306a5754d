import DirectorCore
import HealthChecking
import TimeTypes

extension WithdrawalSnapshot {
    var json: JSON {
        [
            "cause": .string(cause.rawValue),
            "by": .optional(by),
            "since": .string(since.description),
            "sinceMs": .integer(since.milliseconds),
            "draining": .bool(isDraining),
            "deadline": .optional(deadline?.description),
            "deadlineMs": .optional(deadline?.milliseconds),
        ]
    }

    init(json: JSON) throws(DecodingFailure) {
        guard let cause = Withdrawal.Cause(rawValue: try json.text("cause")) else { throw DecodingFailure("cause") }
        self.init(
            cause: cause, by: json["by"]?.string, since: try json.time("sinceMs"),
            isDraining: try json.flag("draining"),
            deadline: json["deadlineMs"]?.integer.map(WallTime.init(milliseconds:)))
    }
}

extension CheckSnapshot {
    var json: JSON {
        [
            "name": .string(name),
            "state": .string(state.rawValue),
            "reason": .string(reason),
            "failures": .integer(Int64(failures)),
            "lastCheck": .optional(lastCheck?.description),
            "lastCheckMs": .optional(lastCheck?.milliseconds),
            "latencyUs": .optional(latency.map { $0.nanoseconds / 1000 }),
        ]
    }

    init(json: JSON) throws(DecodingFailure) {
        guard let state = HealthTracker.State(rawValue: try json.text("state")) else { throw DecodingFailure("state") }
        self.init(
            name: try json.text("name"), state: state, reason: try json.text("reason"),
            failures: Int(try json.integer("failures")),
            lastCheck: json["lastCheckMs"]?.integer.map(WallTime.init(milliseconds:)),
            latency: json["latencyUs"]?.integer.map(Duration.microseconds))
    }
}

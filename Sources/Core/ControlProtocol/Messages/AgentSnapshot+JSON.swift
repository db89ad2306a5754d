import DirectorCore
import HealthChecking
import TimeTypes

extension AgentSnapshot {
    var json: JSON {
        [
            "says": .string(says), "percent": .integer(Int64(percent)), "effect": .string(effect.rawValue),
            "since": .optional(since?.description), "sinceMs": .optional(since?.milliseconds),
        ]
    }

    init(json: JSON) throws(DecodingFailure) {
        guard let effect = AgentState.Effect(rawValue: try json.text("effect")) else {
            throw DecodingFailure("effect")
        }
        self.init(
            says: try json.text("says"), percent: Int32(clamping: try json.integer("percent")), effect: effect,
            since: json["sinceMs"]?.integer.map(WallTime.init(milliseconds:)))
    }
}

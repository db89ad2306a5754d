import DirectorCore
import HealthChecking

extension AgentSnapshot {
    var json: JSON {
        ["says": .string(says), "percent": .integer(Int64(percent)), "effect": .string(effect.rawValue)]
    }

    init(json: JSON) throws(DecodingFailure) {
        guard let effect = AgentState.Effect(rawValue: try json.text("effect")) else {
            throw DecodingFailure("effect")
        }
        self.init(
            says: try json.text("says"), percent: Int32(clamping: try json.integer("percent")), effect: effect)
    }
}

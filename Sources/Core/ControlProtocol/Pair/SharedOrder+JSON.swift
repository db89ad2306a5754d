package import VirtualRouting

extension SharedOrder {
    package var json: JSON {
        [
            "service": .string(service), "server": .string(server), "action": .string(action.word), "by": .string(by),
            "atMs": .integer(at),
        ]
    }

    package init(json: JSON) throws(DecodingFailure) {
        let word = try json.text("action")
        guard let action = Action.allCases.first(where: { $0.word == word }) else { throw DecodingFailure("action") }
        self.init(
            service: try json.text("service"), server: try json.text("server"), action: action,
            by: try json.text("by"), at: try json.integer("atMs"))
    }

    static func list(_ json: JSON) throws(DecodingFailure) -> [SharedOrder] {
        try json.list("orders") { (element) throws(DecodingFailure) in try SharedOrder(json: element) }
    }
}

extension SharedOrder.Action {
    fileprivate var word: String {
        switch self {
        case .drain: "drain"
        case .disable: "disable"
        case .enable: "enable"
        }
    }
}

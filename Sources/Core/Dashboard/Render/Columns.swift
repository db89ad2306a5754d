/// The table's columns, as many as the screen is wide enough for.
struct Columns: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case name, state, age, weight, active, inactive, rate, spark, inBytes, outBytes, latency, reason
    }

    struct Column: Hashable, Sendable {
        var kind: Kind
        var start: Int
        var width: Int
    }

    private(set) var columns: [Column] = []

    /// - Parameters:
    ///   - longestName: what the widest name would need, marks before it included.
    ///   - longestWeight: the same of the weights; half a number would be another one.
    init(width: Int, longestName: Int, longestWeight: Int = 0) {
        var wanted: [(kind: Kind, width: Int)] = [
            (.name, 24), (.state, 9), (.age, 6), (.weight, max(width >= 100 ? 7 : 5, longestWeight)),
        ]
        if width >= 60 { wanted.append((.active, 6)) }
        if width >= 96 { wanted.append((.inactive, 6)) }
        if width >= 70 { wanted.append((.rate, 6)) }
        // Which server it is comes before how its rate moves.
        if width >= 100 || width >= 80 && longestName <= 30 {
            wanted.append((.spark, width >= 200 ? 40 : width >= 140 ? 20 : width >= 110 ? 12 : width >= 100 ? 7 : 6))
        }
        if width >= 128 { wanted += [(.inBytes, 6), (.outBytes, 6)] }
        if width >= 88 { wanted.append((.latency, 6)) }
        // The name grows into what the reason leaves: both get at least half of the rest.
        let fixed = wanted.reduce(0) { $0 + $1.width + 1 }
        let rest = max(0, width - fixed)
        let name = min(max(longestName, 24), 24 + rest / 2)
        wanted[0].width = min(name, width)
        wanted.append((.reason, max(0, width - fixed - (name - 24))))
        var start = 0
        for (kind, width) in wanted where width > 0 {
            columns.append(Column(kind: kind, start: start, width: width))
            start += width + 1
        }
    }

    /// The reason with the room of what stands before it, of the rates and of more if need be: for lines whose reason
    /// matters more, when it does not fit where it belongs.
    func wideReason(for text: String) -> Column? {
        guard let reason = self[.reason], let rate = self[.rate] else { return nil }
        let needed = text.unicodeScalars.count
        guard needed > reason.width else { return nil }
        let end = reason.start + reason.width
        let behind = rate.start + rate.width + 1
        let start = end - behind >= needed ? behind : rate.start
        return Column(kind: .reason, start: start, width: end - start)
    }

    subscript(kind: Kind) -> Column? { columns.first { $0.kind == kind } }
}

extension Columns.Kind {
    var title: String {
        switch self {
        case .name: "SERVICE / REAL SERVER"
        case .state: "STATE"
        case .age: "SINCE"
        case .weight: "WGT"
        case .active: "ACTIVE"
        case .inactive: "INACT"
        case .rate: "CONN/S"
        case .spark: ""
        case .inBytes: "IN/S"
        case .outBytes: "OUT/S"
        case .latency: "CHECK"
        case .reason: "WHY"
        }
    }

    /// Numbers end at the same column.
    var isNumber: Bool {
        switch self {
        case .age, .weight, .active, .inactive, .rate, .inBytes, .outBytes, .latency: true
        case .name, .state, .spark, .reason: false
        }
    }
}

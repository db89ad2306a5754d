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

    /// - Parameter longestName: what the widest name would need, marks before it included.
    init(width: Int, longestName: Int) {
        var wanted: [(kind: Kind, width: Int)] = [(.name, 24), (.state, 9), (.age, 6), (.weight, width >= 100 ? 7 : 5)]
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

    /// The reason with the sparkline's room, where nothing stands between: for lines whose reason matters more.
    var wideReason: Column? {
        guard self[.latency] == nil, let spark = self[.spark], let reason = self[.reason] else { return nil }
        return Column(kind: .reason, start: spark.start, width: reason.start + reason.width - spark.start)
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

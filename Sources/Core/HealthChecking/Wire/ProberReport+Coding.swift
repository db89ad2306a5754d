extension ProberReport: WireMessage {
    private enum Tag {
        static let hello: UInt8 = 129
        static let result: UInt8 = 130
        static let remark: UInt8 = 131
        static let shortage: UInt8 = 132
        static let shortageOver: UInt8 = 133
    }

    /// A reason is for a person: what a real server put into it must not fill the frame.
    static let reasonLimit = 1024

    package func frame() throws(WireProblem) -> [UInt8] {
        switch self {
        case .hello(let version, let pid):
            var writer = ByteWriter(type: Tag.hello)
            writer.write(version)
            writer.write(pid)
            return try writer.frame()
        case .result(let id, let result):
            var writer = ByteWriter(type: Tag.result)
            writer.write(id.rawValue)
            writer.write(UInt8(result.passed ? 1 : 0))
            writer.write(result.latency)
            try writer.write(result.reason.shortened(to: Self.reasonLimit))
            return try writer.frame()
        case .remark(let id, let text):
            var writer = ByteWriter(type: Tag.remark)
            writer.write(id.rawValue)
            try writer.write(text.shortened(to: Self.reasonLimit))
            return try writer.frame()
        case .shortage(nil):
            var writer = ByteWriter(type: Tag.shortageOver)
            return try writer.frame()
        case .shortage(let reason?):
            var writer = ByteWriter(type: Tag.shortage)
            try writer.write(reason.shortened(to: Self.reasonLimit))
            return try writer.frame()
        }
    }

    package init(payload: ArraySlice<UInt8>) throws(WireProblem) {
        var reader = ByteReader(payload)
        let tag: UInt8 = try reader.integer()
        switch tag {
        case Tag.hello:
            self = .hello(version: try reader.integer(), pid: try reader.integer())
        case Tag.result:
            let id = CheckID(rawValue: try reader.integer())
            let passed: UInt8 = try reader.integer()
            guard passed <= 1 else { throw .badField("passed") }
            let latency = try reader.duration("latency")
            let reason = try reader.string("reason")
            self = .result(id, CheckResult(passed: passed == 1, reason: reason, latency: latency))
        case Tag.remark:
            self = .remark(CheckID(rawValue: try reader.integer()), try reader.string("remark"))
        case Tag.shortage: self = .shortage(try reader.string("shortage"))
        case Tag.shortageOver: self = .shortage(nil)
        default:
            throw .unknownMessage(tag)
        }
        try reader.end()
    }
}

extension String {
    /// The longest prefix of whole characters that has at most `limit` bytes.
    fileprivate func shortened(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: limit)
        while end > startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }
}

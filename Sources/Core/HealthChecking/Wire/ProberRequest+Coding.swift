extension ProberRequest: WireMessage {
    private enum Tag {
        static let add: UInt8 = 1
        static let remove: UInt8 = 2
        static let runNow: UInt8 = 3
        /// An `add` with the sentinel's rechecks before the specification.
        static let addWatched: UInt8 = 4
    }

    package func frame() throws(WireProblem) -> [UInt8] {
        switch self {
        case .add(let id, let spec):
            var writer = ByteWriter(type: spec.sentinel == nil ? Tag.add : Tag.addWatched)
            writer.write(id.rawValue)
            if let sentinel = spec.sentinel { writer.write(UInt32(clamping: sentinel.rechecks)) }
            try spec.write(to: &writer)
            return try writer.frame()
        case .remove(let id):
            return try Self.frame(Tag.remove, id)
        case .runNow(let id):
            return try Self.frame(Tag.runNow, id)
        }
    }

    /// All that can be sent, and for each check that cannot the result that the prober would never report.
    package static func frames(of requests: [ProberRequest]) -> (bytes: [UInt8], refused: [(CheckID, CheckResult)]) {
        var bytes: [UInt8] = []
        var refused: [(CheckID, CheckResult)] = []
        for request in requests {
            do throws(WireProblem) {
                bytes += try request.frame()
            } catch {
                guard case .add(let id, _) = request else { continue }
                let reason = "the texts of this check are longer than the prober takes: \(error)"
                refused.append((id, CheckResult(passed: false, reason: reason, latency: .zero)))
            }
        }
        return (bytes, refused)
    }

    private static func frame(_ tag: UInt8, _ id: CheckID) throws(WireProblem) -> [UInt8] {
        var writer = ByteWriter(type: tag)
        writer.write(id.rawValue)
        return try writer.frame()
    }

    package init(payload: ArraySlice<UInt8>) throws(WireProblem) {
        var reader = ByteReader(payload)
        let tag: UInt8 = try reader.integer()
        guard (Tag.add...Tag.addWatched).contains(tag) else { throw .unknownMessage(tag) }
        let id = CheckID(rawValue: try reader.integer())
        switch tag {
        case Tag.add: self = .add(id, try CheckSpec(from: &reader))
        case Tag.addWatched:
            let rechecks = Int(try reader.integer(UInt32.self))
            var spec = try CheckSpec(from: &reader)
            spec.sentinel = CheckSpec.Sentinel(rechecks: rechecks)
            self = .add(id, spec)
        case Tag.remove: self = .remove(id)
        default: self = .runNow(id)
        }
        try reader.end()
    }
}

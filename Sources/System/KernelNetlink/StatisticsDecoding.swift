internal import CNetlink
internal import VirtualServers

/// Collects the counters of an entry from whichever nests the kernel sends: STATS64 (since 4.1), where all numbers have
/// 64 bits, or STATS, where all but the byte totals have 32 and wrap.
struct StatisticsReader {
    private var nest: Attribute?
    private var isWide = false

    /// Remembers where the numbers are. Both nests come in one message; the wide one counts, whatever their order.
    mutating func note(_ nest: Attribute, wide: Bool) {
        if isWide && !wide { return }
        self.nest = nest
        isWide = wide
    }

    func read(_ bytes: RawSpan) throws(MalformedMessage) -> Statistics {
        var result = Statistics()
        guard let nest else { return result }
        var attributes = AttributeReader(nest.payload)
        while let attribute = try attributes.next(in: bytes) {
            let isByteTotal = attribute.type == IPVS_STATS_ATTR_INBYTES || attribute.type == IPVS_STATS_ATTR_OUTBYTES
            guard Self.known.contains(attribute.type) else { continue }
            let value =
                isWide || isByteTotal
                ? try bytes.number(attribute, as: UInt64.self)
                : UInt64(try bytes.number(attribute, as: UInt32.self))
            Self.set(attribute.type, to: value, &result)
        }
        return result
    }

    private static let known = Int(IPVS_STATS_ATTR_CONNS)...Int(IPVS_STATS_ATTR_OUTBPS)

    // Plain assignments: key paths are made and looked up at run time, for each number of each entry.
    private static func set(_ type: Int, to value: UInt64, _ result: inout Statistics) {
        switch type {
        case IPVS_STATS_ATTR_CONNS: result.connections = value
        case IPVS_STATS_ATTR_INPKTS: result.inPackets = value
        case IPVS_STATS_ATTR_OUTPKTS: result.outPackets = value
        case IPVS_STATS_ATTR_INBYTES: result.inBytes = value
        case IPVS_STATS_ATTR_OUTBYTES: result.outBytes = value
        case IPVS_STATS_ATTR_CPS: result.connectionRate = value
        case IPVS_STATS_ATTR_INPPS: result.inPacketRate = value
        case IPVS_STATS_ATTR_OUTPPS: result.outPacketRate = value
        case IPVS_STATS_ATTR_INBPS: result.inByteRate = value
        case IPVS_STATS_ATTR_OUTBPS: result.outByteRate = value
        default: break
        }
    }
}

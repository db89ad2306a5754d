internal import CNetlink
internal import VirtualServers

/// Collects the counters of an entry from whichever nests the kernel sends: STATS64 (since 4.1), where all numbers have
/// 64 bits, or STATS, where all but the byte totals have 32 and wrap.
struct StatisticsReader {
    private(set) var result = Statistics()
    private var isWide = false

    mutating func read(_ bytes: RawSpan, _ nest: Attribute, wide: Bool) throws(MalformedMessage) {
        // Both come in one message; the narrow one must not overwrite the other, whatever their order.
        if isWide && !wide { return }
        isWide = wide
        var attributes = AttributeReader(nest.payload)
        while let attribute = try attributes.next(in: bytes) {
            let isByteTotal = attribute.type == IPVS_STATS_ATTR_INBYTES || attribute.type == IPVS_STATS_ATTR_OUTBYTES
            guard Self.known.contains(attribute.type) else { continue }
            let value =
                wide || isByteTotal
                ? try bytes.number(attribute, as: UInt64.self)
                : UInt64(try bytes.number(attribute, as: UInt32.self))
            set(attribute.type, to: value)
        }
    }

    private static let known = Int(IPVS_STATS_ATTR_CONNS)...Int(IPVS_STATS_ATTR_OUTBPS)

    // Plain assignments: key paths are made and looked up at run time, for each number of each entry.
    private mutating func set(_ type: Int, to value: UInt64) {
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

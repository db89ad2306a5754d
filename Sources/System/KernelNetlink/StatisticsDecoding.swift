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
            guard let field = Self.field(attribute.type) else { continue }
            let isByteTotal = attribute.type == IPVS_STATS_ATTR_INBYTES || attribute.type == IPVS_STATS_ATTR_OUTBYTES
            result[keyPath: field] =
                wide || isByteTotal
                ? try bytes.number(attribute, as: UInt64.self)
                : UInt64(try bytes.number(attribute, as: UInt32.self))
        }
    }

    private static func field(_ type: Int) -> WritableKeyPath<Statistics, UInt64>? {
        switch type {
        case IPVS_STATS_ATTR_CONNS: \.connections
        case IPVS_STATS_ATTR_INPKTS: \.inPackets
        case IPVS_STATS_ATTR_OUTPKTS: \.outPackets
        case IPVS_STATS_ATTR_INBYTES: \.inBytes
        case IPVS_STATS_ATTR_OUTBYTES: \.outBytes
        case IPVS_STATS_ATTR_CPS: \.connectionRate
        case IPVS_STATS_ATTR_INPPS: \.inPacketRate
        case IPVS_STATS_ATTR_OUTPPS: \.outPacketRate
        case IPVS_STATS_ATTR_INBPS: \.inByteRate
        case IPVS_STATS_ATTR_OUTBPS: \.outByteRate
        default: nil
        }
    }
}

internal import NetworkTypes
internal import TimeTypes

/// The body of a message: numbers in network order, texts with their length before them.
extension Heartbeat {
    func encode(into bytes: inout [UInt8]) {
        bytes.append(link)
        bytes.append((isQuery ? 1 : 0) | (isLeaving ? 2 : 0))
        bytes.put(sequence)
        bytes.put(boot.high)
        bytes.put(boot.low)
        bytes.put(UInt32(clamping: interval.milliseconds))
        bytes.put(text: sender)
        let heard = hears.prefix(Limit.heard)
        bytes.append(UInt8(heard.count))
        for boot in heard {
            bytes.put(boot.high)
            bytes.put(boot.low)
        }
        bytes.append(UInt8(groups.prefix(255).count))
        for group in groups.prefix(255) { group.encode(into: &bytes) }
        guard let orderDigest else { return }
        bytes.put(orderDigest)
        bytes.append(UInt8(orders.prefix(255).count))
        for order in orders.prefix(255) { order.encode(into: &bytes) }
        if moment > 0 { bytes.put(moment) }
    }

    init(decoding bytes: ArraySlice<UInt8>) throws(HeartbeatRefusal) {
        var reader = FieldReader(bytes)
        link = try reader.byte()
        let flags = try reader.byte()
        isQuery = flags & 1 != 0
        isLeaving = flags & 2 != 0
        sequence = try reader.number()
        boot = BootID(high: try reader.number(), low: try reader.number())
        interval = .milliseconds(try reader.number() as UInt32)
        sender = try reader.text()
        let heard = try reader.byte()
        guard heard <= Limit.heard, !sender.isEmpty else { throw .malformed }
        for _ in 0..<heard { hears.append(BootID(high: try reader.number(), low: try reader.number())) }
        for _ in 0..<(try reader.byte()) { groups.append(try GroupReport(&reader)) }
        guard !reader.isAtEnd else { return }
        orderDigest = try reader.number()
        for _ in 0..<(try reader.byte()) { orders.append(try SharedOrder(&reader)) }
        guard !reader.isAtEnd else { return }
        moment = try reader.number()
        // What a later version adds stands at the end.
    }

    /// The room that the groups may take up in a message.
    var roomForGroups: Int {
        Limit.message - 8 - 32 - 32 - min(sender.utf8.count, Limit.name) - 16 * min(hears.count, Limit.heard)
            - 17 - orders.reduce(0) { $0 + $1.encodedLength }
    }
}

extension GroupReport {
    var encodedLength: Int { 1 + min(name.utf8.count, Heartbeat.Limit.name) + 4 + 1 + 16 + 2 }

    fileprivate func encode(into bytes: inout [UInt8]) {
        bytes.put(text: name)
        bytes.append(role.rawValue)
        bytes.append(priority)
        bytes.append(
            (isWilling ? 1 : 0) | (isReady ? 2 : 0) | (hearsMaster ? 4 : 0) | (reach == nil ? 0 : 8)
                | (reach?.servesAnybody == true ? 16 : 0) | (hasFailedToFence ? 32 : 0))
        bytes.put(reach?.targets ?? 0)
        bytes.append(address.family.rawValue)
        bytes += address.bytes
    }

    fileprivate init(_ reader: inout FieldReader) throws(HeartbeatRefusal) {
        name = try reader.text()
        guard let role = Role(rawValue: try reader.byte()) else { throw .malformed }
        self.role = role
        priority = try reader.byte()
        let flags = try reader.byte()
        isWilling = flags & 1 != 0
        isReady = flags & 2 != 0
        hearsMaster = flags & 4 != 0
        hasFailedToFence = flags & 32 != 0
        let targets: UInt16 = try reader.number()
        reach = flags & 8 != 0 ? Reach(servesAnybody: flags & 16 != 0, targets: targets) : nil
        guard let family = IPAddress.Family(rawValue: try reader.byte()),
            let address = IPAddress(bytes: try reader.take(family.bits / 8))
        else { throw .malformed }
        self.address = address
    }
}

extension [UInt8] {
    mutating func put(_ number: some FixedWidthInteger & UnsignedInteger) {
        for shift in stride(from: number.bitWidth - 8, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    fileprivate mutating func put(text: String) {
        let bytes = text.utf8.prefix(Heartbeat.Limit.name)
        append(UInt8(bytes.count))
        append(contentsOf: bytes)
    }
}

/// Reads what `put` wrote, never beyond the end.
struct FieldReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func take(_ count: Int) throws(HeartbeatRefusal) -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw .malformed }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    mutating func byte() throws(HeartbeatRefusal) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .malformed }
        return byte
    }

    mutating func number<Number: FixedWidthInteger & UnsignedInteger>() throws(HeartbeatRefusal) -> Number {
        try take(Number.bitWidth / 8).reduce(0) { $0 << 8 | Number($1) }
    }

    mutating func text() throws(HeartbeatRefusal) -> String {
        let length = try byte()
        guard length <= Heartbeat.Limit.name,
            let text = String(validating: try take(Int(length)), as: UTF8.self)
        else { throw .malformed }
        return text
    }
}

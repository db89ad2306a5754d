package import NetworkTypes

/// A director with many groups tells of them in several messages.
extension Heartbeat {
    /// The groups of each message that has all else from this one: at least one message, and as few as there can be.
    func parts(of reports: [GroupReport]) -> [[GroupReport]] {
        var parts: [[GroupReport]] = [[]]
        var left = roomForGroups
        for report in reports {
            if report.encodedLength > left {
                parts.append([])
                left = roomForGroups
            }
            left -= report.encodedLength
            parts[parts.count - 1].append(report)
        }
        return parts
    }

    /// About how many bytes each message of a beat takes on a serial line, by which one of two directors tells of these
    /// groups. Its name is not known here: one as hosts have it.
    package static func lineLengths(of groups: [(name: String, address: IPAddress)]) -> [Int] {
        let boot = BootID(high: .max / 3, low: .max / 5)
        var message = Heartbeat(
            sender: String(repeating: "x", count: 32), boot: boot, link: 0, sequence: 1, interval: .seconds(1))
        message.hears = [boot]
        message.orderDigest = boot.high
        message.moment = 1
        let reports = groups.map { GroupReport(name: $0.name, role: .backup, priority: 100, address: $0.address) }
        return message.parts(of: reports).map { part in
            message.groups = part
            var body: [UInt8] = []
            message.encode(into: &body)
            // Header, signature and the frame; four of 256 bytes are escaped.
            let length = body.count + LinkKeys.overhead + 2
            return length + length / 64
        }
    }
}

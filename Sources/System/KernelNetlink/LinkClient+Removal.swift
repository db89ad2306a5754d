internal import CNetlink
internal import Glibc

/// Devices that go.
extension LinkClient {
    /// Takes the devices away, all at once: for each by itself the kernel would wait some milliseconds until nobody
    /// uses it any more, and there may be hundreds. One that is gone already is no failure. Returns the first error
    /// number.
    /// - Parameter present: all devices that there are: the group that these are gathered in must be nobody's.
    package func remove(_ doomed: [UInt32], among present: [Link]) throws(Failure) -> Int32 {
        guard doomed.count > 1 else { return try removeEach(doomed) }
        let taken = Set(present.map(\.group))
        var group = UInt32.random(in: 1 << 16..<1 << 31)
        while taken.contains(group) { group += 1 }
        // Of one that is not in it the kernel would not be asked.
        guard try gather(doomed, in: group),
            try change(UInt16(RTM_DELLINK), index: 0, { $0.attribute(Int(IFLA_GROUP), group) }) == 0
        else { return try removeEach(doomed) }
        return 0
    }

    private func removeEach(_ doomed: [UInt32]) throws(Failure) -> Int32 {
        var first: Int32 = 0
        for index in doomed {
            let code = try change(UInt16(RTM_DELLINK), index: index) { _ in }
            if code != 0, code != ENODEV, first == 0 { first = code }
        }
        return first
    }

    private func gather(_ doomed: [UInt32], in group: UInt32) throws(Failure) -> Bool {
        var rest = doomed[...]
        while !rest.isEmpty {
            let part = rest.prefix(128)
            rest = rest.dropFirst(128)
            let code = try socket.ask { writer, first in
                var sequence = first
                for index in part {
                    let isLast = index == part.last
                    writer.beginRoute(
                        type: UInt16(RTM_SETLINK), flags: UInt16(NLM_F_REQUEST | (isLast ? NLM_F_ACK : 0)),
                        sequence: sequence)
                    writer.putLink(index: index)
                    writer.attribute(Int(IFLA_GROUP), group)
                    writer.end()
                    sequence &+= isLast ? 0 : 1
                }
                return sequence
            }
            guard code == 0 || code == ENODEV else { return false }
        }
        return true
    }
}

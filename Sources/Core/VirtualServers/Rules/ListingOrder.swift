import NetworkTypes

/// The order in which ipvsadm lists. It compares by subtraction in signed 32-bit numbers, so marks of 2^31 and more
/// come first, and addresses more than 2^31 apart the wrong way round (172.16.0.0 before 10.0.0.0, fd00:: before
/// 2001:db8::). For some triples the relation is not even transitive, so the outcome depends on the algorithm: it is
/// the merge sort of the C library's `qsort`, with halves split at `count / 2` and the left one preferred.
enum ListingOrder {
    /// Places in the order of listing.
    static func order(_ services: [VirtualServiceStatus]) -> [Int] {
        order(of: services.map(\.service.id), compare)
    }

    static func order(_ servers: [RealServerStatus]) -> [Int] {
        order(of: servers.map(\.server.endpoint), compare)
    }

    private static func compare(_ left: VirtualService.ID, _ right: VirtualService.ID) -> Int32 {
        let byMark = difference(mark(left), mark(right))
        if byMark != 0 { return byMark }
        if left.family != right.family { return left.family < right.family ? -1 : 1 }
        guard case .address(let leftTransport, let leftEnd) = left,
            case .address(let rightTransport, let rightEnd) = right
        else { return 0 }
        if leftTransport != rightTransport { return leftTransport < rightTransport ? -1 : 1 }
        return compare(leftEnd, rightEnd)
    }

    /// Of two real servers the first one's family alone says how many words of the addresses are compared: an IPv4
    /// address is the first of four, and the others are 0.
    private static func compare(_ left: Endpoint, _ right: Endpoint) -> Int32 {
        let (leftWords, rightWords) = (words(left.address), words(right.address))
        for index in 0..<(left.family == .ipv6 ? 4 : 1) where leftWords[index] != rightWords[index] {
            return difference(leftWords[index], rightWords[index])
        }
        return Int32(left.port) - Int32(right.port)
    }

    private static func words(_ address: IPAddress) -> [4 of UInt32] {
        if let value = address.ipv4 { return [value, 0, 0, 0] }
        let (high, low) = address.ipv6Halves
        return [
            UInt32(high >> 32), UInt32(truncatingIfNeeded: high), UInt32(low >> 32), UInt32(truncatingIfNeeded: low),
        ]
    }

    private static func mark(_ id: VirtualService.ID) -> UInt32 {
        if case .firewallMark(let mark, _) = id { mark } else { 0 }
    }

    private static func difference(_ left: UInt32, _ right: UInt32) -> Int32 {
        Int32(bitPattern: left &- right)
    }

    private static func order<Key>(of keys: [Key], _ compare: (Key, Key) -> Int32) -> [Int] {
        var order = Array(keys.indices)
        var scratch = order
        sort(0..<keys.count, of: keys, compare, &order, &scratch)
        return order
    }

    private static func sort<Key>(
        _ range: Range<Int>, of keys: [Key], _ compare: (Key, Key) -> Int32, _ order: inout [Int],
        _ scratch: inout [Int]
    ) {
        guard range.count > 1 else { return }
        let middle = range.lowerBound + range.count / 2
        sort(range.lowerBound..<middle, of: keys, compare, &order, &scratch)
        sort(middle..<range.upperBound, of: keys, compare, &order, &scratch)
        var (left, right, target) = (range.lowerBound, middle, range.lowerBound)
        while left < middle, right < range.upperBound {
            if compare(keys[order[left]], keys[order[right]]) <= 0 {
                scratch[target] = order[left]
                left += 1
            } else {
                scratch[target] = order[right]
                right += 1
            }
            target += 1
        }
        while left < middle {
            scratch[target] = order[left]
            (left, target) = (left + 1, target + 1)
        }
        // What is left of the right half is in its place already.
        for index in range.lowerBound..<target { order[index] = scratch[index] }
    }
}

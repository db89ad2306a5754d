internal import Glibc
internal import NameService

extension Confinement {
    private static let groupRange = "/proc/sys/net/ipv4/ping_group_range"

    /// Lets the group that the prober is going to run as open ICMP datagram sockets, which the kernel gives to the
    /// groups of `net.ipv4.ping_group_range` only (icmp(7)): by default to none, not even root's. A new network
    /// namespace starts with the default too.
    ///
    /// To be called as root, before `enter`. Returns the range that was set; nil when nothing had to be changed or
    /// nothing can be: then the checks say so.
    package static func permitEcho(user: String?) -> String? {
        guard geteuid() == 0 else { return nil }
        let names = user.map { [$0] } ?? ["director-prober", "nobody"]
        guard let group = names.lazy.compactMap({ UserNames.account($0)?.gid }).first, let range = readGroupRange(),
            let wider = widened(range, for: group), let file = unsafe fopen(groupRange, "w")
        else { return nil }
        let text = "\(wider.low) \(wider.high)"
        let written = unsafe fputs(text, file) >= 0
        return unsafe fclose(file) == 0 && written ? text : nil
    }

    private static func readGroupRange() -> (low: UInt32, high: UInt32)? {
        guard let file = unsafe fopen(groupRange, "r") else { return nil }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 64)
        guard unsafe fgets(&line, Int32(line.count), file) != nil else { return nil }
        let words = line.prefix { $0 != 0 && $0 != 10 }.split { $0 == 9 || $0 == 32 }.compactMap { word in
            UInt32(String(decoding: word.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        return words.count == 2 ? (words[0], words[1]) : nil
    }

    /// The smallest range with the group in it that takes nobody's permission away; nil when the group is in it.
    static func widened(_ range: (low: UInt32, high: UInt32), for group: UInt32) -> (low: UInt32, high: UInt32)? {
        // `1 0`, the default, is nobody.
        if range.low > range.high { return (group, group) }
        if range.low <= group, group <= range.high { return nil }
        return (min(range.low, group), max(range.high, group))
    }
}

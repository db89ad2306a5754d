internal import NetworkTypes

/// `sync = IFACE [id N] [maxlen N] [group ADDRESS] [port N] [ttl N] [settle TIME]`.
extension FileReader {
    mutating func readSync(_ word: Placed<String>, _ words: inout RouterWords, _ section: Int) {
        guard let interface = device(.sync, word) else { return }
        var sync = SyncConfiguration(interface: interface, id: routers[section].id ?? 0)
        while let option = words.next() {
            guard let value = words.next() else {
                let known = "id N, maxlen N, group ADDRESS, port N, ttl N, settle TIME"
                return problems.error(
                    option.place,
                    "behind the interface of sync may stand \(known), not '\(option.value.utf8.shown)' alone")
            }
            guard read(option, value, &sync) else { return }
        }
        routers[section].sync = sync
    }

    /// False after an error.
    private mutating func read(
        _ option: Placed<String>, _ value: Placed<String>, _ sync: inout SyncConfiguration
    ) -> Bool {
        func number(_ allowed: ClosedRange<Int>) -> Int? {
            guard value.value.utf8.allSatisfy(\.isDigit) else { return nil }
            return Int(value.value).flatMap { allowed.contains($0) ? $0 : nil }
        }
        let right: String
        switch option.value {
        case "id":
            right = "a number from 0 to 255"
            if let id = number(0...255) {
                sync.id = UInt8(id)
                return true
            }
        case "maxlen":
            right = "a number of bytes from 1 to 65507"
            if let length = number(1...65_507) {
                sync.maximumLength = UInt16(length)
                return true
            }
        case "port":
            right = "a number from 1 to 65535"
            if let port = number(1...65_535) {
                sync.port = UInt16(port)
                return true
            }
        case "ttl":
            right = "a number from 1 to 255"
            if let ttl = number(1...255) {
                sync.ttl = UInt8(ttl)
                return true
            }
        case "group":
            right = "a multicast address, such as 224.0.0.81"
            if let group = IPAddress(value.value), group.isMulticast {
                sync.group = group
                return true
            }
        case "settle":
            right = "a time such as 10s, at most an hour"
            if let time = duration(value.value) {
                sync.settling = time
                return true
            }
        default:
            let known = ["id", "maxlen", "group", "port", "ttl", "settle"]
            let near = Suggestion.nearest(to: option.value, among: known).map { ", did you mean '\($0)'?" } ?? ""
            problems.error(option.place, "sync knows no '\(option.value.utf8.shown)'\(near)")
            return false
        }
        problems.error(value.place, "\(option.value) of sync is \(right), not '\(value.value.utf8.shown)'")
        return false
    }

    /// Directors that are master of one router and backup of another run a daemon for each: a backup must not take in
    /// what its own master sent.
    mutating func findSharedSyncIDs(_ built: [(section: RouterSection, router: RouterConfiguration)]) {
        var known: [UInt8: (group: String, line: Int)] = [:]
        for (section, router) in built {
            guard let sync = router.sync else { continue }
            let group = router.group ?? router.name
            let line = section.place(of: .sync).line
            if let before = known[sync.id], before.group != group {
                problems.warning(
                    section.place(of: .sync),
                    "sync id \(sync.id) is that of line \(before.line), too: routers that may have different masters need "
                        + "different ids")
            }
            known[sync.id] = known[sync.id] ?? (group, line)
        }
    }
}

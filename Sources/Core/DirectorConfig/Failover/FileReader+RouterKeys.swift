internal import NetworkTypes
internal import VirtualRouting

/// The values of a `vrrp` section's keys.
extension FileReader {
    mutating func read(_ key: RouterKey, _ words: inout RouterWords, _ section: Int) {
        guard let word = words.next() else { return }
        switch key {
        case .interface: routers[section].interface = device(key, word)
        case .id: routers[section].id = number(key, word, 1...255).map(UInt8.init)
        case .priority: routers[section].priority = number(key, word, 1...255).map(UInt8.init)
        case .version:
            switch word.value {
            case "2": routers[section].version = .v2
            case "3": routers[section].version = .v3
            default: problems.error(word.place, "version is 2 or 3, not '\(word.value.utf8.shown)'")
            }
        case .interval: routers[section].interval = span(key, word, atLeast: .milliseconds(10))
        case .dead: routers[section].deadTime = span(key, word, atLeast: .milliseconds(25))
        case .address: readAddress(word, &words, section)
        case .preempt: readPreempt(word, section)
        case .unicast:
            guard let address = address(key, word) else { return }
            routers[section].unicast.append(Placed(address, word.place))
        case .source: routers[section].source = address(key, word).map { Placed($0, word.place) }
        case .auth: readAuthentication(word, section)
        case .checksum:
            switch word.value {
            case "standard": routers[section].checksum = .standard
            case "v2": routers[section].checksum = .withoutPseudoHeader
            default: problems.error(word.place, "checksum is standard or v2, not '\(word.value.utf8.shown)'")
            }
        case .group: routers[section].group = groupName(word)
        case .accept: routers[section].accepts = yesNo(key, word)
        case .vmac: routers[section].usesVirtualMAC = yesNo(key, word)
        case .link: readLink(word, &words, section)
        case .keys: routers[section].keys = path(key, word)
        case .watchdog: routers[section].watchdog = path(key, word)
        case .track: readTrack(word, &words, section)
        case .sync: readSync(word, &words, section)
        case .fence: readFence(word, &words, section)
        }
    }

    // MARK: Values of one word

    private mutating func number(_ key: RouterKey, _ word: Placed<String>, _ allowed: ClosedRange<Int>) -> Int? {
        guard word.value.utf8.allSatisfy(\.isDigit), let value = Int(word.value), allowed.contains(value) else {
            problems.error(
                word.place,
                "\(key.rawValue) is a number from \(allowed.lowerBound) to \(allowed.upperBound), "
                    + "not '\(word.value.utf8.shown)'")
            return nil
        }
        return value
    }

    /// Messages between the directors carry it.
    private mutating func groupName(_ word: Placed<String>) -> String? {
        guard (1...64).contains(word.value.utf8.count) else {
            problems.error(
                word.place, "group is a name of 1 to 64 bytes, not of \(word.value.utf8.count)")
            return nil
        }
        return word.value
    }

    private mutating func yesNo(_ key: RouterKey, _ word: Placed<String>) -> Bool? {
        switch word.value {
        case "yes": return true
        case "no": return false
        default:
            problems.error(word.place, "\(key.rawValue) is yes or no, not '\(word.value.utf8.shown)'")
            return nil
        }
    }

    /// Seconds, or with a unit; at most an hour.
    func duration(_ text: String) -> Duration? {
        let digits = text.utf8.prefix(while: \.isDigit)
        let unit = text.dropFirst(digits.count)
        guard let value = UInt64(Substring(digits)), value <= 3_600_000,
            let one = Self.milliseconds(of: unit.isEmpty ? "s" : String(unit)), value * one <= 3_600_000
        else { return nil }
        return .milliseconds(Int64(value * one))
    }

    private mutating func span(_ key: RouterKey, _ word: Placed<String>, atLeast: Duration) -> Duration? {
        guard let value = duration(word.value), value >= atLeast else {
            problems.error(
                word.place,
                "\(key.rawValue) is a time such as 200ms, 5s or 2m, \(atLeast.shownMilliseconds)ms to 1h, "
                    + "not '\(word.value.utf8.shown)'")
            return nil
        }
        return value
    }

    mutating func device(_ key: RouterKey, _ word: Placed<String>) -> String? {
        // The kernel's IFNAMSIZ and dev_valid_name.
        let isName =
            (1...15).contains(word.value.utf8.count) && ![".", ".."].contains(word.value)
            && !word.value.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }
        guard isName else {
            problems.error(
                word.place,
                "\(key.rawValue): '\(word.value.utf8.shown)' is no interface's name, which has 1 to 15 characters")
            return nil
        }
        return word.value
    }

    private mutating func address(_ key: RouterKey, _ word: Placed<String>) -> IPAddress? {
        guard let address = IPAddress(word.value), !address.isUnspecified, !address.isMulticast else {
            problems.error(word.place, "\(key.rawValue) is the address of a host, not '\(word.value.utf8.shown)'")
            return nil
        }
        return address
    }

    private mutating func path(_ key: RouterKey, _ word: Placed<String>) -> String? {
        guard word.value.hasPrefix("/") else {
            problems.error(word.place, "\(key.rawValue) is a whole path, not '\(word.value.utf8.shown)'")
            return nil
        }
        return word.value
    }

    // MARK: Values of several words

    private mutating func readAddress(_ word: Placed<String>, _ words: inout RouterWords, _ section: Int) {
        guard let prefix = Prefix(word.value), !prefix.address.isUnspecified, !prefix.address.isMulticast,
            prefix.length > 0
        else {
            problems.error(
                word.place, "address is ADDRESS/LENGTH, such as 192.0.2.10/24, not '\(word.value.utf8.shown)'")
            return
        }
        var address = VirtualAddress(prefix: prefix)
        if words.skip("dev") {
            guard let name = words.next() else {
                return problems.error(words.place, "dev needs the name of an interface")
            }
            address.device = device(.address, name)
        }
        routers[section].addresses.append(Placed(address, word.place))
    }

    private mutating func readPreempt(_ word: Placed<String>, _ section: Int) {
        switch word.value {
        case "yes": routers[section].preemption = .always
        case "no": routers[section].preemption = .never
        default:
            guard let delay = duration(word.value), delay > .zero else {
                return problems.error(
                    word.place, "preempt is yes, no, or a delay such as 30s, at most 1h, not '\(word.value.utf8.shown)'"
                )
            }
            routers[section].preemption = .delayed(delay)
        }
    }

    private mutating func readAuthentication(_ word: Placed<String>, _ section: Int) {
        // The secret is in no message.
        guard word.value.hasPrefix("pass:"), word.value.utf8.count > 5 else {
            return problems.error(word.place, "auth is pass:SECRET, as keepalived's auth_type PASS")
        }
        let secret = word.value.utf8.dropFirst(5)
        if secret.count > 8 {
            problems.warning(word.place, "only the first eight bytes of the secret are sent, as keepalived does")
        }
        routers[section].authentication = .simpleText(.init(secret))
    }

    private mutating func readTrack(_ word: Placed<String>, _ words: inout RouterWords, _ section: Int) {
        let kinds = ["interface", "ping", "program", "file", "services"]
        guard kinds.contains(word.value) else {
            let near = Suggestion.nearest(to: word.value, among: kinds).map { ", did you mean '\($0)'?" } ?? ""
            return problems.error(
                word.place,
                "track is interface NAME, ping ADDRESS, program PATH, file PATH or services, "
                    + "not '\(word.value.utf8.shown)'\(near)")
        }
        guard let kind = trackedKind(word, &words) else { return }
        var item = TrackedItem(kind)
        while true {
            if words.skip("weight") {
                let text = words.next() ?? Placed("", words.place)
                guard let weight = Int(text.value), weight != 0, (-253...253).contains(weight) else {
                    return problems.error(text.place, "weight is a number from -253 to 253 apart from 0")
                }
                item.weight = weight
            } else if words.skip("interval") {
                guard let interval = trackInterval(kind, &words) else { return }
                item.interval = interval
            } else {
                break
            }
        }
        routers[section].tracked.append(Placed(item, word.place))
    }

    private mutating func trackInterval(_ kind: TrackedItem.Kind, _ words: inout RouterWords) -> Duration? {
        let text = words.next() ?? Placed("", words.place)
        switch kind {
        case .ping, .program: break
        case .interface, .file, .services:
            problems.error(
                text.place, "interval has a meaning for ping and program only: others are watched all the time")
            return nil
        }
        guard let interval = duration(text.value), interval >= .milliseconds(100) else {
            problems.error(text.place, "the interval of track is a time such as 500ms or 5s, at least 100ms")
            return nil
        }
        return interval
    }

    private mutating func trackedKind(_ word: Placed<String>, _ words: inout RouterWords) -> TrackedItem.Kind? {
        if word.value == "services" { return .services }
        guard let what = words.next() else {
            problems.error(words.place, "track = \(word.value) needs to know what")
            return nil
        }
        switch word.value {
        case "interface": return device(.track, what).map { .interface($0) }
        case "ping":
            guard let target = address(.track, what) else { return nil }
            guard !target.isLinkLocal else {
                problems.error(
                    what.place, "track = ping needs an address that is reached by a route: \(target) is link-local")
                return nil
            }
            return .ping(target.description)
        case "program": return path(.track, what).map { .program($0) }
        default: return path(.track, what).map { .file($0) }
        }
    }

    private mutating func readFence(_ word: Placed<String>, _ words: inout RouterWords, _ section: Int) {
        var timeout = Duration.seconds(60)
        if words.skip("timeout") {
            let text = words.next() ?? Placed("", words.place)
            guard let span = duration(text.value), span >= .seconds(1), span <= .seconds(600) else {
                return problems.error(text.place, "the timeout of fence is a time from 1s to 10m")
            }
            timeout = span
        }
        var parameters: [FenceConfiguration.Parameter] = []
        for parameter in words.rest() {
            let parts = parameter.value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                return problems.error(
                    parameter.place, "a parameter of fence is name=value, not '\(parameter.value.utf8.shown)'")
            }
            parameters.append(.init(name: String(parts[0]), value: String(parts[1])))
        }
        routers[section].fence = FenceConfiguration(
            plugin: word.value, parameters: parameters, timeout: timeout)
    }
}

extension Duration {
    /// For messages.
    var shownMilliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}

internal import NetworkTypes
internal import VirtualRouting

/// What the lines of `vrrp` sections mean together, and whether it can work.
extension FileReader {
    mutating func buildRouters() -> [RouterConfiguration] {
        var built: [(section: RouterSection, router: RouterConfiguration)] = []
        for section in routers {
            guard let router = build(section) else { continue }
            built.append((section, router))
        }
        findDoubles(built)
        findContradictions(built)
        findSharedPorts(built)
        checkSerialLines(built)
        findSharedSyncIDs(built)
        return built.map(\.router)
    }

    private mutating func build(_ section: RouterSection) -> RouterConfiguration? {
        guard !section.name.isEmpty else { return nil }
        // A key that was refused is not missing.
        func lacks(_ key: RouterKey) -> Bool { section.places[key] == nil }
        if lacks(.id) { problems.error(section.place, "the vrrp section '\(section.name)' needs id = 1 to 255") }
        if lacks(.address) {
            problems.error(section.place, "the vrrp section '\(section.name)' needs address = ADDRESS/LENGTH")
        }
        guard let id = section.id, !section.addresses.isEmpty, section.interface != nil || lacks(.interface) else {
            return nil
        }
        // Found from the routes when director-vrrp starts.
        let interface = section.interface ?? ""
        var router = RouterConfiguration(name: section.name, line: section.place.line, interface: interface, id: id)
        router.version = section.version ?? router.version
        router.priority = section.priority ?? router.priority
        router.interval = section.interval ?? router.interval
        router.addresses = section.addresses.map(\.value)
        router.preemption = section.preemption ?? router.preemption
        router.unicast = section.unicast.map(\.value)
        router.source = section.source?.value
        router.authentication = section.authentication ?? router.authentication
        router.checksum = section.checksum ?? router.checksum
        router.group = section.group
        router.accepts = section.accepts ?? router.accepts
        router.usesVirtualMAC = section.usesVirtualMAC ?? router.usesVirtualMAC
        router.links = section.links.map(\.value)
        router.keys = section.keys
        router.deadTime = section.deadTime ?? router.deadTime
        router.tracked = section.tracked.map(\.value)
        router.sync = section.sync
        router.fence = section.fence
        router.watchdog = section.watchdog
        checkVersion(router, section)
        checkFamilies(router, section)
        checkLinks(router, section)
        checkPriority(router, section)
        checkTracking(router, section)
        checkTimes(router, section)
        checkVirtualMAC(router, section)
        return router
    }

    private mutating func checkVersion(_ router: RouterConfiguration, _ section: RouterSection) {
        switch router.version {
        case .v2:
            if let ipv6 = section.addresses.first(where: { $0.value.prefix.address.family == .ipv6 }) {
                problems.error(ipv6.place, "version 2 knows no IPv6: take version = 3")
            }
            if router.interval.components.attoseconds != 0 || router.interval > .seconds(255) {
                problems.error(
                    section.place(of: .interval),
                    "the interval of version 2 is 1 to 255 whole seconds: take version = 3 for \(router.interval.shownMilliseconds)ms"
                )
            }
            if section.checksum != nil {
                problems.warning(section.place(of: .checksum), "checksum has no effect with version 2")
            }
        case .v3:
            if section.authentication != nil {
                problems.error(
                    section.place(of: .auth), "version 3 has no authentication: take auth away, or version = 2")
            }
            let milliseconds = router.interval.shownMilliseconds
            if milliseconds % 10 != 0 || milliseconds > 40_950 {
                problems.error(
                    section.place(of: .interval),
                    "the interval of version 3 is 10ms to 40950ms in steps of 10ms, not \(milliseconds)ms")
            }
            if section.checksum != nil, !router.families.contains(.ipv4) {
                problems.warning(section.place(of: .checksum), "checksum has an effect on IPv4 only")
            }
        }
    }

    private mutating func checkFamilies(_ router: RouterConfiguration, _ section: RouterSection) {
        for peer in section.unicast where !router.families.contains(peer.value.family) {
            problems.error(peer.place, "the unicast peer \(peer.value) is of a family that no address has")
        }
        for family in router.families
        where !router.unicast.isEmpty && !router.unicast.contains(where: { $0.family == family }) {
            let name = family == .ipv4 ? "IPv4" : "IPv6"
            problems.error(section.place(of: .unicast), "there are \(name) addresses, but no unicast peer of \(name)")
        }
        if let source = section.source, !router.families.contains(source.value.family) {
            problems.error(source.place, "the source \(source.value) is of a family that no address has")
        }
    }

    private mutating func checkLinks(_ router: RouterConfiguration, _ section: RouterSection) {
        if router.links.isEmpty {
            for key in [RouterKey.keys, .dead] where section.places[key] != nil {
                problems.warning(section.place(of: key), "\(key.rawValue) has no effect without link = ...")
            }
            if section.fence != nil {
                problems.error(
                    section.place(of: .fence),
                    "fence needs link = ...: without a link a cut cable looks like a dead peer, and it would be shot")
            }
        } else if let keys = router.keys {
            switch keyFileProblem(keys) {
            case let problem? where problem.severity == .warning:
                problems.warning(section.place(of: .keys), problem.text)
            case let problem?: problems.error(section.place(of: .keys), problem.text)
            case nil: break
            }
        } else if section.places[.keys] == nil {
            problems.error(section.links[0].place, "link needs keys = FILE: its messages are signed")
        }
    }

    private mutating func checkPriority(_ router: RouterConfiguration, _ section: RouterSection) {
        guard router.priority == 255 else { return }
        if section.preemption == .never {
            problems.warning(
                section.place(of: .preempt), "priority 255 owns the addresses and preempts whatever preempt says")
        }
        if section.accepts == false {
            problems.warning(
                section.place(of: .accept),
                "priority 255 owns the addresses: packets for them are accepted all the same")
        }
        if let item = section.tracked.first(where: { $0.value.weight != nil }) {
            problems.warning(item.place, "weight has no effect on priority 255: leave it out, or take 254")
        }
    }

    private mutating func checkTracking(_ router: RouterConfiguration, _ section: RouterSection) {
        for item in section.tracked
        where item.value.kind == .services && item.value.weight == nil && router.links.isEmpty {
            problems.warning(
                item.place,
                "without link = ... it is not compared with the peer: a director without a real server is in fault, "
                    + "and when neither has one the addresses are on nobody; write track = services weight -50")
        }
    }

    // MARK: Several sections

    private mutating func findDoubles(_ built: [(section: RouterSection, router: RouterConfiguration)]) {
        var names: [String: Int] = [:]
        var ids: [String: Int] = [:]
        var addresses: [IPAddress: Int] = [:]
        for (section, router) in built {
            if let before = names.updateValue(router.line, forKey: router.name) {
                problems.error(section.place, "the vrrp section '\(router.name)' stands in line \(before) already")
            }
            for family in router.families {
                // Where the interface is found from the routes, the ids are compared once it is.
                guard !router.interface.isEmpty else { continue }
                let key = "\(router.interface) \(router.id) \(family)"
                if let before = ids.updateValue(router.line, forKey: key) {
                    problems.error(
                        section.place(of: .id),
                        "id \(router.id) on \(router.interface) is that of the vrrp section in line \(before) already")
                    break
                }
            }
            for address in section.addresses {
                let own = address.value.prefix.address
                if let before = addresses.updateValue(address.place.line, forKey: own) {
                    problems.error(address.place, "the address \(own) stands in line \(before) already")
                }
            }
        }
    }

    /// What must be the same in all sections, or in all of a group.
    private mutating func findContradictions(_ built: [(section: RouterSection, router: RouterConfiguration)]) {
        var keys: (path: String, line: Int)?
        var groups: [String: RouterConfiguration] = [:]
        var watchdog: (path: String, line: Int)?
        for (section, router) in built {
            if let path = router.watchdog {
                if let watchdog, watchdog.path != path {
                    problems.error(
                        section.place(of: .watchdog),
                        "a machine has one watchdog, and line \(watchdog.line) names another")
                }
                watchdog = watchdog ?? (path, section.place(of: .watchdog).line)
            }
            if let path = router.keys {
                if let keys, keys.path != path {
                    problems.error(
                        section.place(of: .keys), "all links have one key file, and line \(keys.line) names another")
                }
                keys = keys ?? (path, section.place(of: .keys).line)
            }
            guard let group = router.group else { continue }
            guard let first = groups[group] else {
                groups[group] = router
                continue
            }
            let both = "the group '\(group)' moves as one, and line \(first.line) has another"
            if first.priority != router.priority { problems.error(section.place(of: .priority), "\(both) priority") }
            if first.preemption != router.preemption { problems.error(section.place(of: .preempt), "\(both) preempt") }
            if first.interval != router.interval {
                problems.warning(
                    section.place(of: .interval), "\(both) interval: it is taken over when the slower one is silent")
            }
        }
    }
}

/// What `track =` lines come to: whether the director can serve at all, how far its priority moves, how well placed it
/// is.
package struct TrackingState: Hashable, Sendable {
    /// Something without a weight is broken.
    package var isFaulty = false
    package var adjustment = 0
    /// Nil when nothing is compared with the peers.
    package var reach: Reach?

    package init(isFaulty: Bool = false, adjustment: Int = 0, reach: Reach? = nil) {
        self.isFaulty = isFaulty
        self.adjustment = adjustment
        self.reach = reach
    }
}

/// One `track =` line.
package struct TrackedItem: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case interface(String)
        /// Compared with the peers where there are links.
        case ping(String)
        case program(String)
        case file(String)
        /// At least one real server is up; compared with the peers where there are links.
        case services
    }

    package var kind: Kind
    /// Added to the priority while it works when positive, taken off while it is broken when negative, as keepalived
    /// does. Nil: without it the director is in fault, or compared with its peers.
    package var weight: Int?
    /// How often a ping target is asked or a program is run; nil for the default.
    package var interval: Duration?

    package static let defaultInterval = Duration.seconds(1)

    package init(_ kind: Kind, weight: Int? = nil, interval: Duration? = nil) {
        self.kind = kind
        self.weight = weight
        self.interval = interval
    }

    var isCompared: Bool {
        guard weight == nil else { return false }
        switch kind {
        case .ping, .services: return true
        case .interface, .program, .file: return false
        }
    }
}

extension TrackedItem.Kind: CustomStringConvertible {
    /// As the configuration has it.
    package var description: String {
        switch self {
        case .interface(let name): "interface \(name)"
        case .ping(let address): "ping \(address)"
        case .program(let path): "program \(path)"
        case .file(let path): "file \(path)"
        case .services: "services"
        }
    }
}

extension TrackingState {
    /// `works` says of each item whether it does; what was not looked at yet counts as working.
    package init(items: [TrackedItem], works: [Bool], comparing: Bool) {
        var reach = Reach(servesAnybody: true, targets: 0)
        for (item, works) in zip(items, works) {
            if let weight = item.weight {
                if weight > 0, works { adjustment += weight }
                if weight < 0, !works { adjustment += weight }
            } else if comparing, item.isCompared {
                if item.kind == .services { reach.servesAnybody = works } else if works { reach.targets += 1 }
            } else if !works {
                isFaulty = true
            }
        }
        self.reach = comparing && items.contains(where: \.isCompared) ? reach : nil
    }
}

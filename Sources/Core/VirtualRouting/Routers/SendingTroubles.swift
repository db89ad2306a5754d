package import NetworkTypes
package import TimeTypes

/// Advertisements that the kernel did not take: a master whose peers hear nothing of it has to know. Each reason is
/// told once for each virtual router, and once that they go out again.
package struct SendingTroubles: Sendable {
    private struct Trouble {
        var error: Int32 = 0
        var isTold = false
        /// When each reason was told last.
        var told: [Int32: MonotonicInstant] = [:]
    }

    /// One that comes and goes is told once in this time.
    static let pause = Duration.seconds(60)
    private var troubles: [RouterSettings.Identity: Trouble] = [:]

    package init() {}

    /// The kernel's answer to an advertisement, 0 for one that was sent. Returns what is to be told.
    package mutating func note(
        _ group: String, _ router: RouterSettings, from source: IPAddress, error: Int32, at now: MonotonicInstant
    ) -> FailoverEvent? {
        let sender = router.identity
        guard error != 0 || troubles[sender] != nil else { return nil }
        var trouble = troubles[sender] ?? Trouble()
        guard trouble.error != error else { return nil }
        defer { troubles[sender] = trouble }
        let name = Self.name(group, router)
        guard error != 0 else {
            // Only what was told of has an end.
            defer { (trouble.error, trouble.isTold) = (0, false) }
            return trouble.isTold ? .device(name: name, isUsable: true, why: "is open again") : nil
        }
        trouble.error = error
        if let before = trouble.told[error], now - before < Self.pause { return nil }
        trouble.told[error] = now
        trouble.isTold = true
        return .device(name: name, isUsable: false, why: Self.words(error, source))
    }

    /// What is told of.
    package static func name(_ group: String, _ router: RouterSettings) -> String {
        "the way of the \(router.family == .ipv4 ? "IPv4" : "IPv6") advertisements of \(group) by \(router.interface)"
    }

    /// Other settings: what there was with other routers is over.
    package mutating func keep(_ routers: [RouterSettings]) {
        let left = Set(routers.map(\.identity))
        troubles = troubles.filter { left.contains($0.key) }
    }

    /// Numbers as Linux has them on every machine that this runs on.
    private static func words(_ error: Int32, _ source: IPAddress) -> String {
        switch error {
        case 1: "a packet filter of this machine drops them"
        case 6, 19: "the interface is gone"
        case 100: "the interface is down"
        // Kernels differ in what they say of a source that is no address of theirs.
        case 22, 99, 101, 113:
            "there is no route to the peers from \(source), or it is no address of this machine any more"
        case 11, 105: "the interface's queue is full"
        default: "error \(error)"
        }
    }
}

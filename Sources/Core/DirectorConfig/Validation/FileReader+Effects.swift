internal import HealthChecking
internal import VirtualServers

extension FileReader {
    /// Keys of Director's own that the section itself has, and that change nothing in any of its checks. Global ones
    /// are for the sections that they concern.
    mutating func warnOfEffects(_ section: Section, _ virtual: VirtualConfiguration) {
        guard !virtual.reals.isEmpty else { return }
        let own = virtual.reals.compactMap { if case .probe(let spec) = $0.check { spec.kind } else { nil } }
        if let place = section.dialogue.statusPlace, !own.contains(where: \.isHTTP) {
            problems.warning(place, "expect-status has no effect here: the section's own check is none of HTTP")
        }
        let further = virtual.reals.flatMap(\.further) + virtual.tiers.flatMap(\.servers).flatMap(\.probes)
        guard !(own + further.map(\.spec.kind)).contains(where: \.mayVerify) else { return }
        let reason = "has no effect here: no server is checked over TLS from the first byte"
        if let verify = section.tls.verify, verify.value {
            problems.warning(verify.place, "tls-verify \(reason)")
        } else if let file = section.tls.authorities, virtual.checks.verification != .off {
            problems.warning(file.place, "tls-ca \(reason)")
        }
    }
}

extension CheckSpec.Kind {
    fileprivate var isHTTP: Bool { if case .http = self { true } else { false } }

    /// A plain request may be redirected to https.
    fileprivate var mayVerify: Bool {
        switch self {
        case .http: true
        case .dialogue(let check): check.service.usesTLS
        case .connect, .ping, .program, .agent, .path: false
        }
    }
}

/// The keys of the file, as they are written.
enum Directive: String, CaseIterable {
    // What opens a section.
    case virtual, virtual6, vrrp
    // Column 1 or within a section.
    case checkcount, checkinterval, checktimeout, cleanstop, emailalert, emailalertfreq, emailalertstatus, failurecount
    case fallback, fallback6, fallbackcommand, negotiatetimeout, quiescent, smtp
    // The same, Director's own.
    case drain, fall, flap, minup, on, rise, sentinel, slowstart
    case agentCheck = "agent-check", agentInterval = "agent-interval", agentSend = "agent-send", datapath
    case tlsAuthorities = "tls-ca", tlsVerify = "tls-verify"
    // Column 1 only.
    case autoreload, callback, emailalertfrom, exclusive, execute, fork, logfile, maintenancedir, operators
    case readdquiescent, readers, supervised
    // Column 1 only, Director's own.
    case metrics, reporters, sysctl
    // Within a section only.
    case checkcommand, checkport, checktype, comment, database, httpmethod, load, login, monitorfile, netmask, ops,
        passwd
    case persistent, protocolName = "protocol", real, real6, receive, request, schedflags, scheduler, secret, service
    case expectStatus = "expect-status", servicename, virtualhost
    // The same, Director's own; each line adds to the ones before.
    case check, fallbackTier = "fallback-tier"
    // Gone: ldirectord itself refuses them and names what replaced them.
    case connecttimeout, timeout

    enum Scope {
        case head, both, global, section, gone
    }

    var scope: Scope {
        switch self {
        case .virtual, .virtual6, .vrrp: .head
        case .checkcount, .checkinterval, .checktimeout, .cleanstop, .emailalert, .emailalertfreq, .emailalertstatus,
            .failurecount, .fallback, .fallback6, .fallbackcommand, .negotiatetimeout, .quiescent, .smtp:
            .both
        case .agentCheck, .agentInterval, .agentSend, .datapath: .both
        case .drain, .fall, .flap, .minup, .on, .rise, .sentinel, .slowstart, .tlsAuthorities, .tlsVerify: .both
        case .autoreload, .callback, .emailalertfrom, .exclusive, .execute, .fork, .logfile, .maintenancedir,
            .operators, .readdquiescent, .readers, .supervised:
            .global
        case .metrics, .reporters, .sysctl: .global
        case .connecttimeout, .timeout: .gone
        default: .section
        }
    }

    /// ldirectord has no such key, and so nothing to say of how its value is written.
    var isDirectorsOwn: Bool {
        switch self {
        case .agentCheck, .agentInterval, .agentSend, .datapath, .sentinel, .tlsAuthorities, .tlsVerify: true
        case .drain, .fall, .flap, .minup, .rise, .slowstart: true
        case .check, .expectStatus, .fallbackTier: true
        case .exclusive, .metrics, .on, .operators, .readers, .reporters, .sysctl, .vrrp: true
        default: false
        }
    }

    var isGlobal: Bool { scope == .both || scope == .global || scope == .head }
    var isSection: Bool { scope == .both || scope == .section }
    /// Written again, it adds to what was written before; every other key replaces it.
    var accumulates: Bool {
        switch self {
        case .real, .real6, .execute, .sysctl, .check, .fallbackTier, .on: true
        default: scope == .head
        }
    }

    private static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })

    init?(name: String) {
        guard let found = Self.byName[name] else { return nil }
        self = found
    }

    /// What a word that is no key was to open, as far as it can be told.
    static func head(meantBy word: String) -> Directive? {
        guard let name = Suggestion.nearest(to: word, among: globalNames), let near = Directive(name: name),
            near.scope == .head
        else { return nil }
        return near
    }

    static let globalNames = allCases.filter(\.isGlobal).map(\.rawValue)
    static let sectionNames = allCases.filter(\.isSection).map(\.rawValue)
}

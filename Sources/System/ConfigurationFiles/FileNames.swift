package import DirectorConfig
import NameQuestions
package import NetworkTypes
import Synchronization
import VirtualServers

/// The names that one reading of a file meets, and what is known of them. Reading begins with what is known already,
/// and whatever is met besides is asked for before the next reading.
///
/// A host of several addresses keeps the one it had before as long as it has it: name servers rotate their answers, and
/// a real server must not move with each of them. Without one before, the lowest address comes first. It also keeps its
/// addresses while nobody can say what they are.
package final class FileNames: Sendable {
    private struct State {
        var hosts: [HostName: [IPAddress]] = [:]
        var troubles: [HostName: String] = [:]
        var services: [NameQuestion: UInt16?] = [:]
        var unknown: [NameQuestion] = []
        var placeholders = 0
    }

    /// What a file is read for.
    enum Purpose: Sendable {
        /// Hosts are what name servers say.
        case current
        /// The same, and a name that is none any more keeps its addresses, too.
        case renewal
        /// What was known before is so, whatever name servers say.
        case memory
        /// Neither addresses of hosts nor ports of services are needed: each name is one that nothing has.
        case outline
    }

    private let state = Mutex(State())
    private let before: [HostName: [IPAddress]]
    private let purpose: Purpose
    private let answers: [NameQuestion: NameAnswer]

    init(before: [HostName: [IPAddress]] = [:], for purpose: Purpose, _ answers: [NameQuestion: NameAnswer] = [:]) {
        self.before = before
        self.purpose = purpose
        self.answers = answers
    }

    /// Whether any host was met: then its addresses may be others later.
    package var hasHosts: Bool { state.withLock { !$0.hosts.isEmpty } }

    /// Every host that was met, with its addresses.
    var hosts: [HostName: [IPAddress]] { state.withLock { $0.hosts } }

    /// Every service that was met, with its port; nil where there is none.
    var services: [NameQuestion: UInt16?] { state.withLock { $0.services } }

    /// Hosts that keep the addresses that they had, and why.
    var kept: [HostName: String] {
        state.withLock { state in state.troubles.filter { state.hosts[$0.key]?.isEmpty == false } }
    }

    /// Names that were met and have no answer yet, in the order in which they were: what was read is good for nothing
    /// but these.
    var unknown: [NameQuestion] { state.withLock { $0.unknown } }

    package var resolver: NameResolver {
        NameResolver(
            host: { [self] name, family in
                let host = HostName(name: name, family: family)
                if let known = hosts[host] { return known }
                let (addresses, trouble) = find(host)
                state.withLock { state in
                    state.hosts[host] = addresses
                    state.troubles[host] = trouble
                }
                return addresses
            },
            service: { [self] name, transport in
                let question = NameQuestion.service(name, transport: transport.name)
                if let known = services[question] { return known }
                let port = findPort(question)
                state.withLock { $0.services[question] = .some(port) }
                return port
            },
            hostTrouble: { [self] name, family in
                state.withLock { $0.troubles[HostName(name: name, family: family)] }
            },
            serviceTrouble: { [self] name, transport in
                let answer = answers[.service(name, transport: transport.name)]
                if case .trouble(let reason)? = answer { return reason }
                return nil
            })
    }

    private func findPort(_ question: NameQuestion) -> UInt16? {
        guard let answer = answers[question] else {
            // From the last one on, which are seldom written.
            return UInt16(clamping: max(1, 65_536 - placeholder(for: isOutline ? nil : question)))
        }
        if case .port(let port) = answer { return port }
        return nil
    }

    private var isOutline: Bool { if case .outline = purpose { true } else { false } }

    private func find(_ host: HostName) -> (addresses: [IPAddress], trouble: String?) {
        if isOutline { return ([Self.address(placeholder(for: nil), host.family)], nil) }
        if case .memory = purpose, let known = before[host] { return (known, nil) }
        guard let answer = answers[host.question] else {
            return ([Self.address(placeholder(for: host.question), host.family)], nil)
        }
        let old = before[host] ?? []
        switch answer {
        case .addresses(let found): return (Self.steady(found, before: old.first), nil)
        case .trouble(let reason): return (old, reason)
        default:
            if case .renewal = purpose, !old.isEmpty { return (old, "there is no such address any more") }
            return ([], nil)
        }
    }

    /// The address in force first where it is still among them, then by value.
    package static func steady(_ addresses: [IPAddress], before: IPAddress?) -> [IPAddress] {
        let sorted = addresses.sorted()
        guard let before, sorted.contains(before) else { return sorted }
        return [before] + sorted.filter { $0 != before }
    }

    /// A number that no other name has, so that two of them are not taken for one.
    /// - Parameter question: one to be asked.
    private func placeholder(for question: NameQuestion?) -> Int {
        state.withLock { state in
            if let question { state.unknown.append(question) }
            state.placeholders += 1
            return state.placeholders
        }
    }

    /// Of the reserved 240.0.0.0/4, or of the discard prefix 100::/64.
    private static func address(_ number: Int, _ family: IPAddress.Family) -> IPAddress {
        switch family {
        case .ipv4: IPAddress(ipv4: 0xF000_0000 | UInt32(truncatingIfNeeded: number) & 0x07FF_FFFF)
        case .ipv6: IPAddress(ipv6High: 0x0100_0000_0000_0000, low: UInt64(number))
        }
    }
}

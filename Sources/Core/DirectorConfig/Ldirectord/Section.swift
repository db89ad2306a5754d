internal import HealthChecking
internal import NetworkTypes
internal import VirtualServers

/// One `virtual` section as its lines say it; nil where nothing is written. An object: a list of a thousand of these
/// that grows would move and copy a megabyte again and again.
final class Section {
    /// What stands behind `virtual =`, not looked up yet: the port depends on the protocol.
    enum Head {
        case mark(UInt32)
        case address(host: Host, port: PortName)
        /// Refused; the section's lines are read for their own problems only.
        case broken
    }

    var place: Place
    /// Where the address or the mark stands.
    var headPlace: Place
    var family: IPAddress.Family
    var head: Head

    var reals: [RealLine] = []
    @Apart var checks: CheckSettings
    var checkType: Placed<CheckType>?
    var service: Placed<ApplicationService>?
    @Apart var dialogue: Dialogue
    var transport: Placed<Transport>?
    var scheduler: Placed<String>?
    var schedulerFlags: Placed<[String]>?
    var persistence: Placed<UInt32>?
    var netmask: Placed<Netmask>?
    var onePacket: Placed<Bool>?
    private var fallbackLine: Apart<FallbackLine>?
    @Apart var timing: Timing
    @Apart var tls: TLSLines
    var quiescent: Bool?
    var cleanStop: Bool?
    @Apart var own: OwnSettings
    @Apart var watch: WatchSettings
    var checkLines: [CheckLine] = []
    var tiers: [TierLine] = []
    var failureCount: Int?
    @Apart var alerts: AlertSettings
    @Apart var texts: Texts
    var policies: [EventPolicy] = []

    enum Transport: String {
        case tcp, udp, fwm
    }

    /// What is asked and what is to come.
    struct Dialogue {
        var request: Placed<String>?
        /// Of a request in another character set, what was written.
        var foreignRequest: Placed<String>?
        var receive: Placed<String>?
        /// Texts of receive keys and real lines that are no patterns, and why.
        var badPatterns: [(text: Placed<String>, problem: String)] = []
        /// Of `expect-status`.
        var statusPlace: Place?
    }

    struct Texts {
        var fallbackCommand: String?
        var monitorFile: String?
        var serviceName: String?
        var comment: String?
    }

    /// What a section begins with: all of a file are there before the first is built, and most say little of this.
    private struct Blank: Sendable {
        let checks = Apart(wrappedValue: CheckSettings())
        let dialogue = Apart(wrappedValue: Dialogue())
        let timing = Apart(wrappedValue: Timing())
        let tls = Apart(wrappedValue: TLSLines())
        let own = Apart(wrappedValue: OwnSettings())
        let watch = Apart(wrappedValue: WatchSettings())
        let alerts = Apart(wrappedValue: AlertSettings())
        let texts = Apart(wrappedValue: Texts())
    }

    private static let blank = Blank()

    init(_ head: Head, family: IPAddress.Family, at place: Place) {
        let blank = Self.blank
        (_checks, _dialogue, _timing, _tls) = (blank.checks, blank.dialogue, blank.timing, blank.tls)
        (_own, _watch, _alerts, _texts) = (blank.own, blank.watch, blank.alerts, blank.texts)
        self.head = head
        self.family = family
        self.place = place
        headPlace = place
    }

    var fallback: FallbackLine? {
        get { fallbackLine?.wrappedValue }
        set { fallbackLine = newValue.map { Apart(wrappedValue: $0) } }
    }

    /// Nothing more is to come.
    func close() {
        // Without the room for more lines.
        reals = reals.map(\.self)
    }
}

/// The keys of time and number that stand globally and in sections.
struct Timing {
    var checkTimeout: Duration?
    var negotiateTimeout: Duration?
    var checkInterval: Duration?
    var checkCount: Int?
}

/// The keys of certificates, which stand globally and in sections.
struct TLSLines {
    var verify: Placed<Bool>?
    var authorities: Placed<String>?
}

/// Everything that stands in column 1 apart from sections.
struct GlobalSettings {
    var timing = Timing()
    var own = OwnSettings()
    var tls = TLSLines()
    var watch = WatchSettings()
    var failureCount: Int?
    var quiescent: Bool?
    var cleanStop: Bool?
    var readdQuiescent = false
    var autoreload = false
    var exclusive = false
    var fallback: FallbackLine?
    var fallback6: FallbackLine?
    var operations = OperationSettings()
    var access = AccessSettings()
    var kernelSettings = KernelSettings()
    var policies: [EventPolicy] = []
    /// Where metrics and the status page are served.
    var metrics: Endpoint?
}

/// A host as written: an address, or a name to look up.
enum Host {
    case address(IPAddress)
    case name(String)
}

/// A port as written.
enum PortName {
    case number(UInt16)
    case name(String)
}

/// One address, or some that follow each other. No array: a large farm has ten thousand of these.
struct AddressRun: Sequence {
    let first: IPAddress
    /// Behind the first.
    private let further: UInt16

    init(_ address: IPAddress) {
        first = address
        further = 0
    }

    static let limit = UInt32(UInt16.max) + 1

    /// - Parameter range: of at most `limit` addresses.
    init(ipv4 range: ClosedRange<UInt32>) {
        first = IPAddress(ipv4: range.lowerBound)
        further = UInt16(range.upperBound - range.lowerBound)
    }

    var count: Int { Int(further) + 1 }

    func makeIterator() -> some IteratorProtocol<IPAddress> {
        sequence(first: first) { $0.successor }.prefix(count).makeIterator()
    }
}

/// One `real` line.
struct RealLine {
    var place: Place
    /// What few servers have of their own.
    var texts: Apart<Texts>?
    var addresses: AddressRun
    var port: UInt16
    var method: ForwardingMethod
    var weight: Int32 = 1
    var upperThreshold: UInt32 = 0
    var lowerThreshold: UInt32 = 0

    struct Texts {
        var dialogue: RealConfiguration.Dialogue
        /// Of a request in another character set, what was written.
        var foreignRequest: Placed<String>?
    }

    var dialogue: RealConfiguration.Dialogue? { texts?.wrappedValue.dialogue }
    var foreignRequest: Placed<String>? { texts?.wrappedValue.foreignRequest }
}

/// One `fallback` line.
struct FallbackLine {
    var place: Place
    var address: IPAddress
    /// Nil for the port of the virtual service.
    var port: PortName?
    var method: ForwardingMethod
}

/// One `fallback-tier` line.
struct TierLine {
    var place: Place
    var servers: [(address: IPAddress, port: PortName?)]
    var method: ForwardingMethod
    /// Nil for the checks of the section's real servers.
    var check: CheckLine?
}

extension Section {
    /// Whether its keys other than `check` say how its servers are checked.
    var describesCheck: Bool {
        checkType != nil || service != nil || dialogue.request != nil || dialogue.receive != nil
    }
}

import DirectorConfig
import HealthChecking
import NetworkTypes
import VirtualServers

/// Names as a small site would have them.
let testResolver = NameResolver(
    host: { name, family in
        switch (name, family) {
        case ("localhost", .ipv4): [IPAddress(ipv4: 0x7F00_0001)]
        case ("localhost", .ipv6): [IPAddress(ipv6High: 0, low: 1)]
        case ("www.example.org", .ipv4): [IPAddress(ipv4: 0xC000_0250), IPAddress(ipv4: 0xC000_0251)]
        default: []
        }
    },
    service: { name, transport in
        switch (name, transport) {
        case ("http", .tcp): 80
        case ("https", .tcp): 443
        case ("domain", .tcp), ("domain", .udp): 53
        case ("tftp", .udp): 69
        default: nil
        }
    },
    hostTrouble: { name, _ in
        name == "unasked.example.org" ? "Temporary failure in name resolution" : nil
    })

func parse(_ text: String) -> ParsedConfiguration {
    parse(Array(text.utf8))
}

func parse(_ bytes: [UInt8]) -> ParsedConfiguration {
    // One construct that every pattern library refuses is enough to see that patterns are asked about.
    ConfigurationParser(
        file: "x.cf", resolver: testResolver,
        validatePattern: {
            $0.hasSuffix("(") ? "is no Perl pattern: missing closing parenthesis at offset \($0.utf8.count)" : nil
        },
        keyFileProblem: { path in
            switch path {
            case "/broken": KeyFileProblem(.error, "the key file /broken is broken")
            case "/elsewhere": KeyFileProblem(.warning, "the key file /elsewhere is not here")
            default: nil
            }
        }
    ).parse(bytes)
}

/// A parsed file in a form to read and compare: the wanted table as `ipvsadm` would be told, then what is checked.
func rendered(_ configuration: Configuration) -> [String] {
    configuration.virtuals.flatMap { virtual in
        [rendered(virtual.service)] + virtual.reals.map(rendered)
            + (virtual.fallback.map { ["  fallback " + rendered($0)] } ?? [])
    }
}

private func rendered(_ service: VirtualService) -> String {
    var text = "\(service.id) \(service.scheduler)"
    if service.schedulerFlags.rawValue != 0 { text += " flags \(service.schedulerFlags.rawValue)" }
    if let timeout = service.persistenceTimeout { text += " persistent \(timeout)" }
    switch service.netmask {
    case .ipv4(let mask) where mask != .max: text += " mask \(IPAddress(ipv4: mask))"
    case .ipv6(let length) where length != 128: text += " mask \(length)"
    default: break
    }
    return service.onePacket ? text + " ops" : text
}

private func rendered(_ server: RealServer) -> String {
    let method =
        switch server.method {
        case .masquerading: "masq"
        case .directRouting: "gate"
        case .tunnelling: "ipip"
        case .local: "local"
        }
    var text = "\(server.endpoint) \(method) \(server.weight)"
    if server.lowerThreshold != 0 { text += " l:\(server.lowerThreshold)" }
    if server.upperThreshold != 0 { text += " u:\(server.upperThreshold)" }
    return text
}

private func rendered(_ real: RealConfiguration) -> String {
    "  \(rendered(real.server)) | \(rendered(real.check))"
}

func rendered(_ check: RealConfiguration.Check) -> String {
    switch check {
    case .alwaysUp: "on"
    case .off: "off"
    case .probe(let spec): rendered(spec)
    }
}

func rendered(_ spec: CheckSpec) -> String {
    let connects = spec.connects.map { " after \($0.count) connects" } ?? ""
    return rendered(spec.kind, spec.target) + connects
}

private func rendered(_ kind: CheckSpec.Kind, _ target: Endpoint) -> String {
    var text: String
    switch kind {
    case .connect: return "connect \(target)"
    case .ping(let attempts): return "ping \(target.address)" + (attempts == 1 ? "" : " x\(attempts)")
    case .http(let check):
        let service = check.isProxy ? "http_proxy" : check.tls ? "https" : "http"
        text = "\(service) \(target) \(check.method.rawValue) \(check.request)"
        if let host = check.virtualHost { text += " host \(host)" }
        if let receive = check.receive { text += " receive \(receive)" }
        if check.expectedStatus != .success { text += " expect \(check.expectedStatus)" }
        return text + rendered(check.verification)
    case .dialogue(let check):
        text = "\(check.service.rawValue) \(check.transport) \(target)"
        let words: [(String, String?)] = [
            ("request", check.request), ("receive", check.receive), ("login", check.login),
            ("password", check.password), ("database", check.database), ("secret", check.secret),
            ("host", check.virtualHost),
        ]
        for case (let name, let value?) in words { text += " \(name) \(value)" }
        return text + rendered(check.verification)
    case .agent: return "agent \(target)"
    case .path(let check): return "path to \(check.words) by way of \(target.address)"
    case .program(let check): return "\(check.form) \(check.command) \(check.arguments.joined(separator: " "))"
    }
}

private func rendered(_ verification: TLSVerification) -> String {
    switch verification {
    case .off: ""
    case .system: " verified"
    case .authorities(let file): " verified by \(file)"
    }
}

/// `line:column: severity: text`, the file's name left out.
func rendered(_ diagnostics: [Diagnostic]) -> [String] {
    diagnostics.map { "\($0.line):\($0.column): \($0.severity.rawValue): \($0.text)" }
}

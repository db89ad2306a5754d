package import DirectorConfig
package import HealthChecking
import NetworkTypes
package import TimeTypes
import VirtualServers

/// A line of a monitorfile, in ldirectord's form: `[Sat Nov 21 02:05:20 2026] [4711] connect tcp 10.0.0.1 80 5 masq /
/// [up] -`.
package enum MonitorFileText {
    /// What a check found, as a line with its end; nil for what ldirectord does not write.
    /// - Parameter check: which of the server's checks; a further one has a name of its own and always says why.
    package static func line(
        _ result: CheckResult, of real: RealConfiguration, check index: Int = 0, in virtual: VirtualConfiguration,
        inMaintenance: Bool, pid: Int32, at time: CalendarTime
    ) -> String? {
        let type = virtual.checks.type
        let isUp = result.passed && !inMaintenance
        let further = further(index, of: real)
        if !inMaintenance, further == nil, type == .externalPerl || (type == .ping && !isUp) { return nil }
        var text = further == nil ? reason(result, type, virtual.checks.service) : result.reason
        if inMaintenance { text = "Server in maintenance" }
        let check = further.map { identity(of: $0, real, in: virtual) } ?? identity(of: real, in: virtual)
        return "[\(time.ctimeText)] [\(pid)] \(check) [\(isUp ? "up" : "down")] \(escaped(text))\n"
    }

    /// What a check is called that the section's own keys do not describe; nil for the one that they do.
    private static func further(_ index: Int, of real: RealConfiguration) -> String? {
        let probes = real.probes
        guard probes.indices.contains(index), !probes[index].name.isEmpty else { return nil }
        return probes[index].name
    }

    private static func identity(
        of check: String, _ real: RealConfiguration, in virtual: VirtualConfiguration
    ) -> String {
        let address = real.server.endpoint.address
        let host = address.bracketed
        return "check \(escaped(check)) \(virtual.service.id.ldirectordProtocol) \(host) \(real.writtenPort)"
    }

    /// Only some checks say more than up or down.
    private static func reason(_ result: CheckResult, _ type: CheckType, _ service: ApplicationService) -> String {
        switch (type, service) {
        case (.negotiate, .http), (.negotiate, .https), (.negotiate, .httpProxy): httpStatus(result.reason)
        case (.negotiate, .dns), (.negotiate, .ldap), (.negotiate, .ldaps):
            result.passed ? "Success" : result.reason
        default: "-"
        }
    }

    /// `200 OK` for `HTTP 200`, as it stands in the answer.
    private static func httpStatus(_ reason: String) -> String {
        // Behind a status may stand where a redirect led.
        guard reason.hasPrefix("HTTP "), let code = Int(reason.dropFirst(5).prefix { $0 != " " }) else { return reason }
        let phrases = [
            200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
            301: "Moved Permanently", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
            404: "Not Found", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
            504: "Gateway Timeout",
        ]
        return phrases[code].map { "\(code) \($0)" } ?? String(code)
    }

    /// Which check of which server it is: ldirectord's name for it, colons taken for blanks.
    package static func identity(of real: RealConfiguration, in virtual: VirtualConfiguration) -> String {
        let checks = virtual.checks
        let server = real.server
        let address = server.endpoint.address
        let fields = [
            kind(checks), virtual.service.id.ldirectordProtocol,
            address.bracketed, String(real.writtenPort),
            checks.virtualHost ?? "", checks.port.map(String.init) ?? "", String(server.weight),
            server.method.configurationWord, slashed(real.dialogue?.request ?? checks.request ?? "/"),
            real.dialogue?.receive ?? checks.receive ?? "",
        ]
        return squeezed(fields.joined(separator: ":"))
    }

    private static func kind(_ checks: CheckSettings) -> String {
        switch checks.type {
        case .negotiate: "negotiate:\(checks.service.rawValue)"
        case .combined: "combined:\(checks.service.rawValue)"
        case .external: "external:\(checks.command ?? "/bin/true")"
        case .externalPerl: "external-perl:\(checks.command ?? "/bin/true")"
        case .connect: "connect"
        case .ping: "ping"
        case .on: "on"
        case .off: "off"
        }
    }

    private static func slashed(_ request: String) -> String {
        request.hasPrefix("/") ? request : "/" + request
    }

    /// Runs of colons become one blank; backslashes go.
    private static func squeezed(_ text: String) -> String {
        var bytes: [UInt8] = []
        var afterColon = false
        for byte in text.utf8 where byte != UInt8(ascii: "\\") {
            let isColon = byte == UInt8(ascii: ":")
            if !isColon { bytes.append(byte) } else if !afterColon { bytes.append(UInt8(ascii: " ")) }
            afterColon = isColon
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `|`, `%` and line ends are written as %7c and so on.
    private static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "|"): bytes += "%7c".utf8
            case UInt8(ascii: "%"): bytes += "%25".utf8
            case UInt8(ascii: "\r"): bytes += "%0d".utf8
            case UInt8(ascii: "\n"): bytes += "%0a".utf8
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

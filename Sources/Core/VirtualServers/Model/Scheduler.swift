package import NetworkTypes

/// The name of a kernel scheduling module, at most 15 bytes (`IP_VS_SCHEDNAME_MAXLEN`, `<linux/ip_vs.h>`). Any name is
/// passed on: the kernel knows which modules it has.
package struct Scheduler: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(_ name: String) {
        self.init(rawValue: name)
    }

    package var description: String { rawValue }

    package static let wlc = Scheduler("wlc")
    package static let wrr = Scheduler("wrr")

    /// Every scheduler of Linux 6, for suggestions and documentation.
    package static let known: [String] = [
        "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos",
    ]
}

/// The three flag bits that a scheduler may interpret; raw values are the kernel's service flags
/// (`IP_VS_SVC_F_SCHED1`...).
package struct SchedulerFlags: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// `sh-fallback`, `mh-fallback`.
    package static let flag1 = SchedulerFlags(rawValue: 0x08)
    /// `sh-port`, `mh-port`.
    package static let flag2 = SchedulerFlags(rawValue: 0x10)
    package static let flag3 = SchedulerFlags(rawValue: 0x20)

    package static let all = SchedulerFlags(rawValue: 0x38)
}

/// The granularity of persistence. IPv4 takes any mask, IPv6 a prefix length of 1 to 128.
package enum Netmask: Hashable, Sendable {
    /// The mask in host order: 255.255.255.0 is 0xffffff00.
    case ipv4(UInt32)
    case ipv6(UInt32)

    /// Every bit counts: 255.255.255.255 or 128, the default.
    package static func host(_ family: IPAddress.Family) -> Netmask {
        family == .ipv4 ? .ipv4(.max) : .ipv6(128)
    }
}

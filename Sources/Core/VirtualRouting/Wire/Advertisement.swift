package import NetworkTypes

/// A VRRP advertisement: version 2 (RFC 3768, with the authentication of RFC 2338 that keepalived still sends) or
/// version 3 (RFC 9568), for IPv4 and IPv6.
package struct Advertisement: Hashable, Sendable {
    package enum Version: UInt8, Hashable, Sendable {
        case v2 = 2
        case v3 = 3
    }

    /// How the eight bytes behind the addresses of version 2 are used (RFC 2338 section 5.3.6).
    package enum Authentication: Hashable, Sendable {
        case none
        /// Type 1: eight bytes in clear text.
        case simpleText(Password)
    }

    /// What the checksum of version 3 over IPv4 covers. RFC 5798 left it unclear, RFC 9568 has the pseudo-header;
    /// keepalived's `v3_checksum_as_v2` leaves it out. IPv6 has it always, version 2 never.
    package enum ChecksumForm: Hashable, Sendable {
        case standard
        case withoutPseudoHeader
    }

    /// IP protocol 112.
    package static let protocolNumber: UInt8 = 112
    /// What TTL or hop limit must be on receipt: nobody beyond the link can have sent it.
    package static let hopLimit: UInt8 = 255
    /// The longest there is: a header and 255 IPv6 addresses.
    package static let maximumLength = 8 + 255 * 16

    /// 224.0.0.18 or ff02::12.
    package static func group(_ family: IPAddress.Family) -> IPAddress {
        switch family {
        case .ipv4: IPAddress(ipv4: 0xE000_0012)
        case .ipv6: IPAddress(ipv6High: 0xFF02_0000_0000_0000, low: 0x12)
        }
    }

    package var version: Version
    /// 1 to 255, in the RFC: VRID.
    package var routerID: UInt8
    /// 0: the master gives up; 255: the owner of the addresses.
    package var priority: UInt8
    /// The advertisement interval: version 3 in centiseconds up to 40.95 s, version 2 in seconds up to 255 s.
    package var interval: Duration
    /// All of one family, in the order of the sender's configuration.
    package var addresses: [IPAddress]
    package var authentication: Authentication

    package init(
        version: Version, routerID: UInt8, priority: UInt8, interval: Duration, addresses: [IPAddress],
        authentication: Authentication = .none
    ) {
        self.version = version
        self.routerID = routerID
        self.priority = priority
        self.interval = interval
        self.addresses = addresses
        self.authentication = authentication
    }
}

extension Advertisement {
    /// A password of version 2: at most eight bytes count, shorter ones end in zeros.
    package struct Password: Hashable, Sendable {
        package let bytes: [UInt8]

        package init(_ bytes: some Sequence<UInt8>) {
            let first = Array(bytes.prefix(8))
            self.bytes = first + Array(repeating: 0, count: 8 - first.count)
        }

        /// Takes as long for a wrong password as for a right one.
        package static func == (left: Self, right: Self) -> Bool {
            zip(left.bytes, right.bytes).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
        }
    }

    /// Where a packet came from and went to, as the IP header says.
    package struct Path: Hashable, Sendable {
        package var source: IPAddress
        package var destination: IPAddress

        package init(from source: IPAddress, to destination: IPAddress) {
            self.source = source
            self.destination = destination
        }
    }
}

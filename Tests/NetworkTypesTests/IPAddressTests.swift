import NetworkTypes
import Testing

struct IPAddressTests {
    /// Text in, canonical text out (RFC 5952).
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"),
        ("2001:DB8::1", "2001:db8::1"), ("2001:db8:0:0:0:0:0:1", "2001:db8::1"), ("::", "::"), ("::1", "::1"),
        ("1::", "1::"), ("2001:db8:0:1:0:0:0:1", "2001:db8:0:1::1"), ("2001:0:0:1:0:0:1:1", "2001::1:0:0:1:1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
        ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"), ("fe80::0001", "fe80::1"),
        ("::a00:5", "::10.0.0.5"), ("::1:0", "::0.1.0.0"), ("::2", "::2"), ("0:0:0:0:1::", "::1:0:0:0"),
    ])
    func textIsReadAndWrittenCanonically(text: String, canonical: String) {
        #expect(IPAddress(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", "1..2.3", "0x7f.1.1.1", "1.2.3.", ".1.2.3", "1234.1.1.1",
        ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "g::1", "1:2:3:4:5:6:7::8:9", "1:",
        "::1%eth0", "[::1]", "::192.0.2.256", "+1::", "1:2:3:4:5:6:7:1.2.3.4", "é::1", "1.2.3.４",
        "2001:db8::-0", "-0::1", "1:2:3:4:5:6:-0:8", "::+0", "+0:2:3:4:5:6:7:8",
    ])
    func otherTextIsRefused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func bytesGoBothWays() throws {
        for text in ["192.0.2.254", "2001:db8:1:2:3:4:5:ff06"] {
            let address = try #require(IPAddress(text))
            #expect(IPAddress(bytes: address.bytes) == address)
        }
        #expect(IPAddress("192.0.2.254")?.bytes == [192, 0, 2, 254])
        #expect(IPAddress("2001:db8::1")?.bytes == [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        #expect(IPAddress(bytes: [1, 2, 3]) == nil)
    }

    /// A large farm has some hundred thousand of them.
    @Test func itIsSmall() {
        #expect(MemoryLayout<IPAddress>.size == 17)
        #expect(MemoryLayout<Endpoint>.stride == 20)
    }

    @Test func addressesThatDifferInOneBitAreTwo() {
        let zero = IPAddress(ipv6High: 0, low: 0)
        var seen: Set<IPAddress> = [zero, IPAddress(ipv4: 0)]
        for bit in 0..<64 {
            let (high, low) = (IPAddress(ipv6High: 1 << bit, low: 0), IPAddress(ipv6High: 0, low: 1 << bit))
            for address in [high, low] {
                #expect(address != zero && zero < address && !(address < zero))
                #expect(seen.insert(address).inserted)
                #expect(!seen.insert(IPAddress(bytes: address.bytes) ?? zero).inserted)
            }
            #expect(low < high && high.ipv6Halves == (1 << bit, 0) && low.ipv6Halves == (0, 1 << bit))
            if bit < 32 { #expect(IPAddress(ipv4: 1 << bit) != low && seen.insert(IPAddress(ipv4: 1 << bit)).inserted) }
        }
        #expect(IPAddress(ipv6High: .max, low: .max).ipv6Halves == (.max, .max))
    }

    @Test func orderIsByFamilyThenUnsignedValue() {
        let sorted = ["10.0.0.1", "172.16.0.1", "192.168.0.1", "::1", "2001:db8::1", "fe80::1"]
        #expect(sorted.reversed().compactMap { IPAddress($0) }.sorted().map(\.description) == sorted)
    }

    @Test(arguments: [
        ("192.0.2.255", "192.0.3.0"), ("255.255.255.255", nil), ("2001:db8::ffff:ffff:ffff:ffff", "2001:db8:0:1::"),
        ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", nil),
    ])
    func successorCarriesOverBytes(text: String, next: String?) {
        #expect(IPAddress(text)?.successor?.description == next)
    }

    @Test func specialRangesAreKnown() {
        #expect(IPAddress("224.0.0.18")?.isMulticast == true)
        #expect(IPAddress("240.0.0.1")?.isMulticast == false)
        #expect(IPAddress("ff02::12")?.isMulticast == true)
        #expect(IPAddress("127.8.0.1")?.isLoopback == true)
        #expect(IPAddress("::1")?.isLoopback == true)
        #expect(IPAddress("169.254.1.1")?.isLinkLocal == true)
        #expect(IPAddress("febf::1")?.isLinkLocal == true)
        #expect(IPAddress("fec0::1")?.isLinkLocal == false)
        #expect(IPAddress.unspecified(.ipv6).description == "::")
    }

    @Test(arguments: [
        ("192.0.2.130", 25, "192.0.2.128"), ("192.0.2.130", 0, "0.0.0.0"), ("192.0.2.130", 32, "192.0.2.130"),
        ("2001:db8:ffff::1", 33, "2001:db8:8000::"), ("2001:db8::f:1", 112, "2001:db8::f:0"),
        ("2001:db8::1", 64, "2001:db8::"),
    ])
    func maskingClearsTheBitsBehind(text: String, length: Int, masked: String) {
        #expect(IPAddress(text)?.masked(to: length).description == masked)
    }
}

struct EndpointTests {
    @Test(arguments: ["192.0.2.1:80", "[2001:db8::1]:443", "0.0.0.0:0", "[::]:65535"])
    func textGoesBothWays(text: String) {
        #expect(Endpoint(text)?.description == text)
    }

    @Test(arguments: [
        "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:+1", "2001:db8::1:80", "[192.0.2.1]:80", "[::1]",
        "[::1:80",
    ])
    func otherTextIsRefused(text: String) {
        #expect(Endpoint(text) == nil)
    }
}

struct PrefixTests {
    @Test func aNetworkContainsItsAddresses() throws {
        let network = try #require(Prefix("192.0.2.10/24"))
        #expect(network.description == "192.0.2.10/24")
        #expect(try network.contains(#require(IPAddress("192.0.2.255"))))
        #expect(try !network.contains(#require(IPAddress("192.0.3.1"))))
        #expect(try !network.contains(#require(IPAddress("2001:db8::1"))))
    }

    @Test(arguments: ["192.0.2.0/33", "2001:db8::/129", "192.0.2.0/", "192.0.2.0/-1", "/24"])
    func lengthsThatDoNotFitAreRefused(text: String) {
        #expect(Prefix(text) == nil)
    }

    @Test func withoutALengthTheWholeAddressCounts() {
        #expect(Prefix("2001:db8::1")?.length == 128)
    }
}

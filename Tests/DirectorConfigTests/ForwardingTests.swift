import DirectorConfig
import NetworkTypes
import Testing

/// Whose answers come back through the director.
struct ForwardingTests {
    @Test(
        arguments: [
            ("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 gate\n\tfallback=127.0.0.1:80 masq\n", []),
            ("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 ipip\n\treal=192.0.2.12:80 masq\n", [.ipv4]),
            ("virtual=192.0.2.1:80\n\treal=192.0.2.11:80 gate\n\tfallback=192.0.2.12:80 masq\n", [.ipv4]),
            (
                "virtual=192.0.2.1:80\n\treal=192.0.2.11:80 gate\n\tfallback-tier=192.0.2.12:80 masq check connect\n",
                [.ipv4]
            ),
            ("virtual6=[2001:db8::1]:80\n\treal6=[2001:db8::11]:80 masq\n", [.ipv6]),
            (
                "virtual6=[2001:db8::1]:80\n\treal6=[2001:db8::11]:80 masq\nvirtual=192.0.2.1:80\n\treal=192.0.2.12:80 masq\n",
                [.ipv4, .ipv6]
            ),
        ] as [(String, [IPAddress.Family])])
    func addressTranslationNeedsIt(text: String, families: [IPAddress.Family]) throws {
        let result = parse(text)
        #expect(try #require(result.configuration, "\(rendered(result.diagnostics))").forwardedFamilies == families)
    }
}

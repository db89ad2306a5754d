import NetworkTypes
import VirtualServers

/// The names that the tests know.
var testResolver: RuleResolver {
    RuleResolver(
        host: { name in
            ["localhost": 0x7F00_0001, "web1": 0x0A01_0203, "maskhost": 0xFFFF_0000][name]
        },
        service: { name, transport in
            switch (name, transport) {
            case ("http", .tcp): 80
            case ("https", .tcp): 443
            case ("domain", .tcp), ("domain", .udp): 53
            case ("tftp", .udp): 69
            default: nil
            }
        })
}

/// Words by blanks; `''` stands for an empty word.
func words(_ line: String) -> [String] {
    line.split(separator: " ").map { $0 == "''" ? "" : String($0) }
}

func parse(_ line: String) throws(RuleError) -> RuleRequest {
    try RuleParser(program: "ipvsadm", resolver: testResolver).parse(words(line))
}

/// The message and status of a line's error; nil when it has none.
func refusal(of line: String) -> (message: String, status: Int32)? {
    do throws(RuleError) {
        _ = try parse(line)
        return nil
    } catch {
        return (error.message, error.status)
    }
}

func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
}

func v4(_ text: String, _ port: UInt16) -> Endpoint {
    Endpoint(IPAddress(text) ?? .unspecified(.ipv4), port)
}

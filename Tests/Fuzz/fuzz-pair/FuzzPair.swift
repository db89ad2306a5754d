import Digests
import NetworkTypes
import TimeTypes
import VirtualRouting

/// What libFuzzer calls with bytes of its own making: the first chooses what they are taken for. Nothing that anybody
/// sends, and nothing that stands in a key file, may end the program; what is decoded must be encoded again the same.
@_cdecl("LLVMFuzzerTestOneInput")
package func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let choice = bytes.first else { return 0 }
    let rest = Array(bytes.dropFirst())
    switch choice % 6 {
    case 0: fuzzAdvertisement(rest)
    case 1: fuzzSignedMessage(rest)
    case 2: _ = try? Fixed.keys.open(rest)
    case 3: _ = try? LinkKeys(text: String(decoding: rest, as: UTF8.self))
    case 4: fuzzLine(rest)
    default: fuzzNode(rest)
    }
    return 0
}

enum Fixed {
    static let secret = Array("a secret for the fuzzer".utf8)
    static let signature = MessageAuthentication(key: secret)
    static let keys: LinkKeys = {
        guard let keys = LinkKeys(signing: 1, secrets: [1: secret]) else { preconditionFailure("no keys") }
        return keys
    }()
    static let own = IPAddress(ipv4: 0x0A00_0001)
    static let other = IPAddress(ipv4: 0x0A00_0002)
    static let ipv6 = IPAddress(ipv6High: 0xFE80_0000_0000_0000, low: 2)
    static let password = Advertisement.Authentication.simpleText(.init("secret".utf8))
}

func fuzzAdvertisement(_ bytes: [UInt8]) {
    let paths = [
        Advertisement.Path(from: Fixed.other, to: Advertisement.group(.ipv4)),
        Advertisement.Path(from: Fixed.ipv6, to: Advertisement.group(.ipv6)),
    ]
    for path in paths {
        for version in [Advertisement.Version.v2, .v3] {
            for authentication in [Advertisement.Authentication.none, Fixed.password] {
                let expected = Advertisement.Expectation(
                    version: version, interval: .seconds(1), authentication: authentication)
                // As it came, and with a checksum that is right, or hardly anything would come further.
                for packet in [bytes, Packets.summed(bytes, version, path)] {
                    guard
                        let decoded = try? Advertisement(
                            decoding: packet, along: path, hopLimit: 255, expecting: expected)
                    else { continue }
                    let again = try? Advertisement(
                        decoding: decoded.encoded(along: path), along: path, hopLimit: 255, expecting: expected)
                    precondition(again == decoded, "an advertisement is not what it was: \(decoded)")
                }
            }
        }
    }
}

/// A message of somebody who has the key, and lies.
func fuzzSignedMessage(_ body: [UInt8]) {
    guard let heartbeat = Packets.open(body) else { return }
    let again = try? Fixed.keys.open(Fixed.keys.seal(heartbeat))
    precondition(again == heartbeat, "a message is not what it was: \(heartbeat)")
}

func fuzzLine(_ bytes: [UInt8]) {
    var frames = SerialFrames()
    for message in frames.take(bytes) { _ = try? Fixed.keys.open(message) }
    var fresh = SerialFrames()
    let found = fresh.take(SerialFrames.frame(bytes))
    precondition(bytes.isEmpty || bytes.count > 2000 || found == [bytes], "a frame is not what it was")
}

/// A director that hears all of it: the first byte of each piece is its kind, the second its length and the time since.
func fuzzNode(_ bytes: [UInt8]) {
    let router = RouterSettings(interface: "eth0", routerID: 51, addresses: [IPAddress(ipv4: 0xC000_020A)])
    var node = FailoverNode(
        .init(name: "own", boot: BootID(high: 1, low: 2)), groups: [GroupSettings(name: "web", routers: [router])],
        primaryAddresses: [[Fixed.own]], detects: [true, false], heartbeatInterval: .milliseconds(200))
    var now = MonotonicInstant(nanoseconds: 1_000_000_000)
    _ = node.setReady(true, at: now)
    _ = node.start(at: now)
    var rest = bytes[...]
    while let kind = rest.popFirst(), let length = rest.popFirst() {
        now = now + .milliseconds(Int(length) * Int(kind))
        let piece = Array(rest.prefix(Int(length)))
        rest = rest.dropFirst(Int(length))
        _ = node.tick(at: now)
        if kind & 1 == 0 {
            let path = Advertisement.Path(from: Fixed.other, to: Advertisement.group(.ipv4))
            let packet = Packets.summed(piece, .v3, path)
            let advertisement = try? Advertisement(
                decoding: packet, along: path, hopLimit: 255, expecting: router.expectation)
            guard let advertisement else { continue }
            _ = node.receive(advertisement, group: 0, router: 0, from: Fixed.other, at: now)
        } else if let heartbeat = Packets.open(piece) {
            _ = try? node.receive(heartbeat, link: Int(kind >> 1) % 3, at: now)
        }
    }
    _ = node.stop(at: now)
}

enum Packets {
    /// The same with its checksum put right.
    static func summed(_ bytes: [UInt8], _ version: Advertisement.Version, _ path: Advertisement.Path) -> [UInt8] {
        guard bytes.count >= 8 else { return bytes }
        var packet = bytes
        packet[6] = 0
        packet[7] = 0
        var checksum = InternetChecksum()
        if version == .v3 {
            checksum.addPseudoHeader(
                source: path.source, destination: path.destination, nextProtocol: Advertisement.protocolNumber,
                length: packet.count)
        }
        checksum.add(packet)
        packet[6] = UInt8(checksum.value >> 8)
        packet[7] = UInt8(checksum.value & 255)
        return packet
    }

    /// "Dlnk", version 1, key 1, the length, the body, the signature.
    static func open(_ body: [UInt8]) -> Heartbeat? {
        let bytes: [UInt8] =
            [0x44, 0x6C, 0x6E, 0x6B, 1, 1, UInt8(body.count >> 8 & 255), UInt8(body.count & 255)] + body
        return try? Fixed.keys.open(bytes + Fixed.signature.tag(bytes))
    }
}

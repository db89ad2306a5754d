internal import CNetlink
internal import Glibc

/// Network devices by route netlink: lists them, and makes the macvlan devices that have a virtual router's MAC
/// address. Confined to the thread and the network namespace where it was made.
package final class LinkClient {
    package typealias Failure = AddressClient.Failure

    package struct Link: Hashable, Sendable {
        package var index: UInt32 = 0
        package var name = ""
        /// The device that it stands on.
        package var parent: UInt32?
        /// "macvlan", "bridge"; nil for hardware.
        package var kind: String?
        package var hardwareAddress: [UInt8] = []
        /// What the operator, or who made it, wrote on it.
        package var alias: String?
        package var isUp = false
        /// The number that devices are changed together by; 0 for those of no group.
        package var group: UInt32 = 0
        /// How often the carrier came or went since the device was made.
        package var carrierChanges: UInt32 = 0
    }

    let socket: RouteSocket

    package init() throws(Failure) { socket = try RouteSocket() }

    package func list() throws(Failure) -> [Link] {
        var links: [Link] = []
        try socket.dump(
            request: UInt16(RTM_GETLINK), answer: UInt16(RTM_NEWLINK), header: { $0.putLink(index: 0) }
        ) { (message, bytes) throws(MalformedMessage) in
            links.append(try Link(message, in: bytes))
        }
        return links
    }

    /// A macvlan device on the parent, down. Its siblings and its parent hear what comes from its address, as they
    /// would of any other machine (bridge mode). Returns an error number, 0 when it is made.
    package func addMacvlan(name: String, parent: UInt32, hardwareAddress: [UInt8]) throws(Failure) -> Int32 {
        try change(UInt16(RTM_NEWLINK), index: 0, flags: UInt16(NLM_F_CREATE | NLM_F_EXCL)) { writer in
            writer.attribute(Int(IFLA_IFNAME), name)
            writer.attribute(Int(IFLA_LINK), parent)
            writer.attribute(Int(IFLA_ADDRESS), bytes: hardwareAddress)
            writer.nest(Int(IFLA_LINKINFO)) { info in
                info.attribute(Int(IFLA_INFO_KIND), "macvlan")
                info.nest(Int(IFLA_INFO_DATA)) { $0.attribute(Int(IFLA_MACVLAN_MODE), MACVLAN_MODE_BRIDGE.rawValue) }
            }
        }
    }

    package func setAlias(_ alias: String, of index: UInt32) throws(Failure) -> Int32 {
        try change(UInt16(RTM_SETLINK), index: index) { $0.attribute(Int(IFLA_IFALIAS), alias) }
    }

    package func set(_ index: UInt32, up: Bool) throws(Failure) -> Int32 {
        try change(UInt16(RTM_SETLINK), index: index, up: up) { _ in }
    }

    func change(
        _ type: UInt16, index: UInt32, flags: UInt16 = 0, up: Bool? = nil, _ attributes: (inout MessageWriter) -> Void
    ) throws(Failure) -> Int32 {
        try socket.ask { writer, sequence in
            writer.beginRoute(type: type, flags: flags | UInt16(NLM_F_REQUEST | NLM_F_ACK), sequence: sequence)
            writer.putLink(index: index, up: up)
            attributes(&writer)
            writer.end()
            return sequence
        }
    }
}

/// IFF_UP of `<linux/if.h>`.
private let isUpFlag: UInt32 = 1

extension MessageWriter {
    /// `struct ifinfomsg`: family, padding, type, index, flags, the flags that change.
    mutating func putLink(index: UInt32, up: Bool? = nil) {
        put(UInt32(0))
        put(index)
        put(up == true ? isUpFlag : 0)
        put(up == nil ? 0 : isUpFlag)
    }
}

extension LinkClient.Link {
    init(_ message: MessageHeader, in bytes: RawSpan) throws(MalformedMessage) {
        let start = message.payload.lowerBound
        guard message.payload.count >= 16 else { throw MalformedMessage("a link message is cut short") }
        index = bytes.number(at: start + 4, as: UInt32.self)
        isUp = bytes.number(at: start + 8, as: UInt32.self) & isUpFlag != 0
        var attributes = AttributeReader(message.payload.dropFirst(16))
        while let attribute = try attributes.next(in: bytes) {
            switch attribute.type {
            case Int(IFLA_IFNAME): name = bytes.text(attribute)
            case Int(IFLA_LINK): parent = try bytes.number(attribute)
            case Int(IFLA_ADDRESS): hardwareAddress = attribute.payload.map { bytes.number(at: $0, as: UInt8.self) }
            case Int(IFLA_IFALIAS): alias = bytes.text(attribute)
            case Int(IFLA_GROUP): group = try bytes.number(attribute)
            case Int(IFLA_CARRIER_CHANGES): carrierChanges = try bytes.number(attribute)
            case Int(IFLA_LINKINFO):
                var parts = AttributeReader(attribute.payload)
                while let part = try parts.next(in: bytes) {
                    if part.type == Int(IFLA_INFO_KIND) { kind = bytes.text(part) }
                }
            default: break
            }
        }
    }
}

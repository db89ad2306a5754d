package import NetworkTypes

/// Frames that tell the neighbours of a network where an address is now: gratuitous ARP for IPv4 (RFC 5227 section 3,
/// RFC 2002 section 4.6), unsolicited neighbour advertisements for IPv6 (RFC 4861 section 7.2.6).
package enum NeighbourAnnouncement {
    /// What has to be sent for one address. Some equipment heeds only one of the two forms of ARP.
    package static func frames(for address: IPAddress, at hardware: [UInt8], isRouter: Bool) -> [[UInt8]] {
        guard hardware.count == 6 else { return [] }
        switch address.family {
        case .ipv4: return [arp(address, hardware, operation: 1), arp(address, hardware, operation: 2)]
        case .ipv6: return [neighbourAdvertisement(address, hardware, isRouter: isRouter)]
        }
    }

    /// Operation 1 is a request, 2 a reply. Sender and target are both the address.
    private static func arp(_ address: IPAddress, _ hardware: [UInt8], operation: UInt8) -> [UInt8] {
        var frame: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
        frame += hardware
        frame += [0x08, 0x06]
        // Ethernet, IPv4, lengths 6 and 4.
        frame += [0, 1, 8, 0, 6, 4, 0, operation]
        frame += hardware + address.bytes
        // The target's hardware address means nothing in a request.
        frame += operation == 1 ? [0, 0, 0, 0, 0, 0] : hardware
        return frame + address.bytes
    }

    private static func neighbourAdvertisement(_ address: IPAddress, _ hardware: [UInt8], isRouter: Bool) -> [UInt8] {
        let allNodes = IPAddress(ipv6High: 0xFF02_0000_0000_0000, low: 1)
        // Type 136, code 0, checksum; router and override flags; target; option 2: its link-layer address.
        var message: [UInt8] = [136, 0, 0, 0, isRouter ? 0xA0 : 0x20, 0, 0, 0]
        message += address.bytes + [2, 1] + hardware
        var checksum = InternetChecksum()
        checksum.addPseudoHeader(source: address, destination: allNodes, nextProtocol: 58, length: message.count)
        checksum.add(message)
        message[2] = UInt8(checksum.value >> 8)
        message[3] = UInt8(checksum.value & 255)
        var frame: [UInt8] = [0x33, 0x33, 0, 0, 0, 1]
        frame += hardware + [0x86, 0xDD]
        frame += [0x60, 0, 0, 0, 0, UInt8(message.count), 58, 255]
        return frame + address.bytes + allNodes.bytes + message
    }
}

import NetworkTypes

/// `ipvsadm -L -c`: the connection table from the text of `/proc/net/ip_vs_conn`, in the kernel's order.
package struct ConnectionListing {
    private let names: RuleNames
    private let persistenceData: Bool

    package init(names: RuleNames, persistenceData: Bool) {
        self.names = names
        self.persistenceData = persistenceData
    }

    package func render(_ table: [UInt8]) -> [UInt8] {
        var text = TextColumns()
        text.append("IPVS connection entries\n")
        text.append("pro expire state       source             virtual            destination")
        if persistenceData {
            text.append("       ")
            text.append(" pe name          pe_data")
        }
        text.endLine()
        // The first line has the titles.
        for line in table.split(separator: UInt8(ascii: "\n")).dropFirst() {
            row(line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }, &text)
        }
        return text.bytes
    }

    /// The words of a line: protocol, three addresses each with its port, state, seconds left, and a persistence
    /// engine's name and data where there is one.
    private func row(_ words: [String], _ text: inout TextColumns) {
        guard words.count >= 9, let seconds = UInt32(words[8]) else { return }
        let transport = TransportProtocol.allCases.first { $0.name.uppercased() == words[0] }
        let ends = [1, 3, 5].map { Self.endpoint(words[$0], words[$0 + 1]).map { names.text($0, transport) } ?? "" }
        text.append(words[0], left: 3)
        text.append(" ")
        text.append("\(Self.twoDigits(seconds / 60)):\(Self.twoDigits(seconds % 60))", left: 6)
        text.append(" ")
        text.append(words[7], left: 11)
        text.append(" ")
        text.append(ends[0], left: 18)
        text.append(" ")
        text.append(ends[1], left: 18)
        text.append(" ")
        if persistenceData, words.count > 10 {
            text.append(ends[2], left: 16)
            text.append(" ")
            text.append(words[9], left: 18)
            text.append(" \(words[10])")
        } else {
            text.append(ends[2])
        }
        text.endLine()
    }

    /// Eight hexadecimal digits are an IPv4 address; anything else is written out as IPv6. Ports are hexadecimal.
    private static func endpoint(_ address: String, _ port: String) -> Endpoint? {
        guard let port = UInt16(port, radix: 16) else { return nil }
        if address.utf8.count == 8, let value = UInt32(address, radix: 16) {
            return Endpoint(IPAddress(ipv4: value), port)
        }
        return IPAddress(address).map { Endpoint($0, port) }
    }

    private static func twoDigits(_ number: UInt32) -> String {
        number < 10 ? "0\(number)" : String(number)
    }
}

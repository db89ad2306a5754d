import DirectorConfig
import NetworkTypes
import Testing
import VirtualServers

/// The sections of a file are a list like any other, though they stand apart.
struct VirtualConfigurationsTests {
    private static func virtual(_ line: Int) -> VirtualConfiguration {
        VirtualConfiguration(line: line, service: VirtualService(.firewallMark(UInt32(line), .ipv4)))
    }

    @Test func itIsAList() {
        var list: VirtualConfigurations = [Self.virtual(1), Self.virtual(2)]
        list.append(Self.virtual(3))
        list.remove(at: 1)
        list.insert(Self.virtual(7), at: 0)
        #expect(list.map(\.line) == [7, 1, 3])
        #expect(list.last == Self.virtual(3))
        #expect(list == VirtualConfigurations([7, 1, 3].map(Self.virtual)))
        #expect(VirtualConfigurations().isEmpty)
    }

    @Test func aChangedSectionIsNobodyElses() {
        var list: VirtualConfigurations = [Self.virtual(1), Self.virtual(2)]
        let before = list
        let shared = list.shared[0]
        list[0].quiescent = true
        #expect(list[0].quiescent && !before[0].quiescent && !shared.wrappedValue.quiescent)
        #expect(list != before)
        #expect(list[1] == before[1])
    }
}

import NetworkTypes
import Testing
import VirtualServers

struct CommandListTests {
    private static func commands(_ range: Range<UInt32>) -> [IPVSCommand] {
        range.map { .deleteService(.firewallMark($0, .ipv4)) }
    }

    @Test(arguments: [0, 1, 7, 8, 9, 16, 17, 100])
    func aListIsWhatWasAppended(count: UInt32) {
        let commands = Self.commands(0..<count)
        var list = CommandList()
        for command in commands { list.append(command) }
        #expect(Array(list) == commands && list.count == commands.count && list.isEmpty == commands.isEmpty)
        #expect(list.indices.map { list[$0] } == commands)
        #expect(list == CommandList(commands) && Array(list.reversed()) == commands.reversed())
        #expect(list.first == commands.first && list.last == commands.last)
    }

    @Test(arguments: [(0, 3), (3, 0), (5, 6), (8, 8), (13, 29)] as [(UInt32, UInt32)])
    func twoListsAreOneBehindTheOther(left: UInt32, right: UInt32) {
        let (first, second) = (Self.commands(0..<left), Self.commands(100..<100 + right))
        #expect(Array(CommandList(first) + CommandList(second)) == first + second)
    }
}

import DirectorConfig
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

@testable import DirectorCore

struct HealthTableTests {
    private static func endpoint(_ number: Int) -> Endpoint { Endpoint(IPAddress(ipv4: UInt32(number)), 80) }

    private static func servers(_ count: Int) -> [RealConfiguration] {
        (0..<count).map {
            RealConfiguration(line: 1, server: RealServer(endpoint($0), method: .masquerading), check: .alwaysUp)
        }
    }

    private static let up = ServerHealth(.up, reason: "up", at: Farm.now)
    private static let down = ServerHealth(.down, reason: "down", at: Farm.now)

    /// Few are searched through, many are found by an index.
    @Test(arguments: [0, 1, 2, 16, 17, 100])
    func eachServerHasItsOwn(count: Int) {
        let servers = Self.servers(count)
        var table = HealthTable(of: servers) { _ in Apart(wrappedValue: Self.up) }
        #expect(table.keys == servers.map(\.server.endpoint) && table.values.allSatisfy { $0 == Self.up })
        #expect(table[Self.endpoint(count)] == nil)
        guard count > 0 else { return }
        table[Self.endpoint(count - 1)] = Self.down
        #expect(table[Self.endpoint(count - 1)] == Self.down)
        #expect(table.values.filter { $0 == Self.up }.count == count - 1)
        #expect(table.map(\.key) == table.keys && table.map(\.value) == Array(table.values))
    }

    @Test(arguments: [0, 2, 20])
    func othersStandBeside(count: Int) {
        var table = HealthTable(of: Self.servers(count)) { _ in Apart(wrappedValue: Self.up) }
        let copy = table
        for number in 1000..<1010 { table[Self.endpoint(number)] = Self.down }
        #expect(table.keys.count == count + 10 && table[Self.endpoint(1009)] == Self.down)
        #expect(copy.keys.count == count && copy[Self.endpoint(1009)] == nil)
        for number in 1000..<1010 { table[Self.endpoint(number)] = nil }
        #expect(table.keys == copy.keys)
        if count > 0 {
            table[Self.endpoint(0)] = nil
            #expect(table[Self.endpoint(0)] == nil && table.keys.count == count - 1)
        }
    }
}

import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct FallbackCommandTests {
    /// The words called after each step; a step is the results of the servers, nil for none.
    static func words(_ steps: [[Bool?]], servers: Int = 2) -> [String] {
        let farm = Farm(servers: servers)
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        var state = FallbackCommandState()
        var words: [String] = []
        for step in [[]] + steps {
            for (index, passed) in step.enumerated() {
                if let passed { director.check(UInt32(index + 1), passed: passed) }
            }
            if let service = director.services[farm.id], let call = state.call(for: service, command: "fb x") {
                words.append(call.word.rawValue)
                #expect(call.line == "fb x \(call.word.rawValue) 192.0.2.1:80 tcp")
            }
        }
        return words
    }

    @Test(
        arguments: [
            // Nothing is called before something is known.
            ([[nil, nil]], []),
            ([[false, nil]], []),
            // All down, one up.
            ([[false, false]], ["start"]),
            ([[true, nil]], ["stop"]),
            ([[true, true], [false, true], [false, false], [true, false]], ["stop", "start", "stop"]),
            ([[false, false], [false, false]], ["start"]),
        ] as [([[Bool?]], [String])])
    func aChangeIsCalledOnce(steps: [[Bool?]], wanted: [String]) {
        #expect(Self.words(steps) == wanted)
    }

    @Test func aServiceWithoutServersHasNoneUp() {
        #expect(Self.words([], servers: 0) == ["start"])
    }

    @Test func aCommandThatAReloadBroughtIsToldOfThePresentState() throws {
        let farm = Farm(servers: 0)
        let director = Director(farm.configuration, actual: .init(), at: Farm.now)
        let service = try #require(director.services[farm.id])
        var state = FallbackCommandState()
        let lines = [nil, "new", "new", "other", nil, "other"].map { state.call(for: service, command: $0)?.line }
        let call = "start 192.0.2.1:80 tcp"
        #expect(lines == [nil, "new \(call)", nil, "other \(call)", nil, "other \(call)"])
    }

    @Test func aServiceThatComesBackIsToldAnew() throws {
        let farm = Farm(servers: 0)
        let director = Director(farm.configuration, actual: .init(), at: Farm.now)
        let service = try #require(director.services[farm.id])
        var state = FallbackCommandState()
        let found1 = state.call(for: service, command: "fb")
        #expect(found1 != nil)
        state.keep { _ in true }
        let found2 = state.call(for: service, command: "fb")
        #expect(found2 == nil)
        state.keep { _ in false }
        let found3 = state.call(for: service, command: "fb")
        #expect(found3 != nil)
    }
}

import DirectorConfig
import Foundation
import NameQuestions
import NetworkTypes
import Synchronization
import Testing

@testable import ConfigurationFiles

/// A name service as a test wants it: each name has the addresses it has, none, or no answer.
private final class NameServers: Sendable {
    enum Answer { case addresses([UInt32]), port(UInt16), none, trouble, silence }

    private let answers: Mutex<[String: Answer]>
    private let asked = Mutex<[NameQuestion]>([])

    init(_ answers: [String: Answer]) { self.answers = Mutex(answers) }

    func set(_ name: String, _ answer: Answer) { answers.withLock { $0[name] = answer } }

    var questions: [NameQuestion] { asked.withLock { $0 } }

    var names: [String] {
        questions.compactMap { if case .host(let name, _) = $0 { name } else { nil } }
    }

    func lookup(within limit: Duration = .seconds(20)) -> NameLookup {
        NameLookup { [self] questions, _ in
            asked.withLock { $0 += questions }
            var known: [NameQuestion: NameAnswer] = [:]
            for question in questions {
                let name =
                    switch question {
                    case .host(let name, _): name
                    case .service(let name, let transport): "\(name)/\(transport)"
                    default: ""
                    }
                switch answers.withLock({ $0[name] }) {
                case .addresses(let addresses): known[question] = .addresses(addresses.map { IPAddress(ipv4: $0) })
                case .port(let port): known[question] = .port(port)
                case .trouble: known[question] = .trouble("Temporary failure in name resolution")
                case .silence: break
                case .some(.none), nil: known[question] = NameAnswer.none
                }
            }
            return NameAnswers(known, otherwise: "no answer within \(limit.components.seconds) s")
        }
    }
}

final class NameLookupTests {
    private let path = NSTemporaryDirectory() + "names-\(UUID().uuidString).cf"
    private let servers = NameServers(["a.invalid": .addresses([1]), "b.invalid": .addresses([2])])

    init() throws { try write(["a.invalid", "b.invalid"]) }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    private func write(_ names: [String]) throws {
        let reals = names.map { "\treal=\($0):80 masq\n" }.joined()
        try "virtual=192.0.2.1:80\n\(reals)\tchecktype=connect\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func read(
        keeping old: ConfigurationFile? = nil, within limit: Duration = .seconds(20)
    ) throws -> ConfigurationFile {
        try ConfigurationFile(path: path, keepingAddressesOf: old, lookup: servers.lookup(within: limit))
    }

    private func addresses(_ file: ConfigurationFile) -> [UInt32]? {
        file.parsed.configuration?.virtuals.first?.reals.compactMap(\.server.endpoint.address.ipv4)
    }

    @Test func eachNameIsAskedForOnceAndAllTogether() throws {
        let names = (0..<100).map { "n\($0).invalid" }
        for name in names { servers.set(name, .addresses([7])) }
        try write(names + names)
        let rounds = Mutex(0)
        let lookup = servers.lookup()
        let counted = NameLookup { questions, start in
            rounds.withLock { $0 += 1 }
            return lookup.ask(questions, start)
        }
        _ = try ConfigurationFile(path: path, lookup: counted)
        #expect(servers.names == names && rounds.withLock { $0 } == 1)
    }

    @Test func portsOfServicesAreAskedForWithTheHosts() throws {
        try "virtual=192.0.2.1:web\n\treal=a.invalid:web masq\n\treal=b.invalid:8080 masq\n\tchecktype=connect\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        servers.set("web/tcp", .port(8000))
        let file = try read()
        let virtual = try #require(file.parsed.configuration?.virtuals.first)
        #expect(virtual.service.id.description.contains("192.0.2.1:8000"))
        #expect(virtual.reals.map(\.server.endpoint.port) == [8000, 8080])
        #expect(servers.questions.filter { $0 == .service("web", transport: "tcp") }.count == 1)
        // Both protocols and all hosts at once, the services first.
        #expect(
            Array(servers.questions.prefix(2)) == [
                .service("web", transport: "tcp"), .service("web", transport: "udp"),
            ])
        // When hosts are looked up again, services keep their ports.
        servers.set("web/tcp", .silence)
        let count = servers.questions.count
        let renewed = try file.resolvedAgain(servers.lookup())
        #expect(renewed.parsed.configuration == file.parsed.configuration && servers.questions.count == count + 2)
        // So does who takes over, and nobody is asked.
        let copy = try #require(ConfigurationFile(copy: try file.copy, path: path, lookup: servers.lookup()))
        #expect(copy.parsed.configuration == file.parsed.configuration && servers.questions.count == count + 2)
        // Another port is another configuration, though the file says the same.
        #expect(copy.isSame(as: file))
        servers.set("web/tcp", .port(9000))
        #expect(try !read(keeping: file).isSame(as: file))
        servers.set("web/tcp", .silence)
        // Who needs neither asks for nothing.
        let asked = servers.questions.count
        let outline = try ConfigurationFile(path: path, resolvingNames: false, lookup: servers.lookup())
        #expect(outline.parsed.configuration?.virtuals.first?.reals.count == 2)
        #expect(servers.questions.count == asked)
    }

    @Test(arguments: [
        (NameServers.Answer.none, "'web' is no service of tcp in services(5): write a port number"),
        (.trouble, "'web' cannot be looked up now: Temporary failure in name resolution"),
        (.silence, "'web' cannot be looked up now: no answer within 20 s"),
    ])
    fileprivate func aPortThatNobodyKnowsIsSaid(answer: NameServers.Answer, text: String) throws {
        try "virtual=192.0.2.1:web\n\tprotocol=tcp\n\treal=10.0.0.1 masq\n\tchecktype=connect\n"
            .write(toFile: path, atomically: true, encoding: .utf8)
        servers.set("web/tcp", answer)
        let file = try read()
        #expect(file.parsed.configuration == nil)
        #expect(file.parsed.diagnostics.contains { $0.text == text }, "\(file.parsed.diagnostics)")
    }

    @Test func whoOnlyLooksAsksInTimeToo() throws {
        try write(["a.invalid", "b.invalid", "c.invalid"])
        func parsed(within limit: Duration) throws -> ParsedConfiguration {
            try ConfigurationFile.parse(path: path, resolvingNames: true, lookup: servers.lookup(within: limit))
        }
        servers.set("c.invalid", .silence)
        let troubled = try parsed(within: .milliseconds(50))
        #expect(troubled.diagnostics.contains { $0.text.contains("no answer within 0 s") })
        servers.set("c.invalid", .addresses([3]))
        let addresses = try parsed(within: .seconds(20)).configuration?.virtuals.first?.reals.compactMap {
            $0.server.endpoint.address.ipv4
        }
        #expect(addresses == [1, 2, 3])
    }

    @Test func aFileWithoutNamesAsksNobody() throws {
        try write(["10.0.0.1"])
        let file = try read()
        #expect(addresses(file) == [0x0A00_0001] && !file.namesHosts && servers.names.isEmpty)
    }

    /// The operator takes a server out, or puts one in, while name servers fail.
    @Test(arguments: [false, true])
    func aReloadKeepsWhatIsKnownWhileNobodyAnswers(isSilent: Bool) throws {
        let old = try read()
        #expect(addresses(old) == [1, 2] && old.keptHosts.isEmpty)
        for name in ["a.invalid", "b.invalid", "c.invalid"] { servers.set(name, isSilent ? .silence : .trouble) }
        try write(["b.invalid"])
        let limit: Duration = isSilent ? .seconds(1) : .seconds(20)
        let file = try read(keeping: old, within: limit)
        let reason = isSilent ? "no answer within 1 s" : "Temporary failure in name resolution"
        #expect(addresses(file) == [2])
        #expect(file.keptHosts == ["b.invalid (\(reason))"])
        let warning = "'b.invalid' cannot be looked up now and stays 0.0.0.2: \(reason)"
        #expect(file.parsed.diagnostics.map(\.text) == [warning])
        // What nobody knows is refused.
        try write(["a.invalid", "c.invalid"])
        let refused = try read(keeping: file, within: limit)
        #expect(refused.parsed.configuration == nil)
        #expect(refused.parsed.diagnostics.contains { $0.text == "'c.invalid' cannot be looked up now: \(reason)" })
    }

    @Test func aNameThatHasVanishedHoldsNoOtherUp() throws {
        let old = try read()
        servers.set("b.invalid", .none)
        servers.set("a.invalid", .addresses([9]))
        let file = try old.resolvedAgain(servers.lookup())
        #expect(addresses(file) == [9, 2])
        #expect(file.keptHosts == ["b.invalid (there is no such address any more)"])
        // Whoever has the file read means what it says.
        #expect(try read(keeping: file).parsed.configuration == nil)
        servers.set("b.invalid", .addresses([1, 2]))
        let next = try file.resolvedAgain(servers.lookup())
        #expect(addresses(next) == [9, 2] && next.keptHosts.isEmpty)
        // The one that had no answer is asked for first: there may not be time for all.
        #expect(Array(servers.names.suffix(2)) == ["b.invalid", "a.invalid"])
    }

    // MARK: What the next process has of it

    @Test func aCopyIsTheConfigurationThatWasInForce() throws {
        let file = try read()
        let bytes = try file.copy
        for name in ["a.invalid", "b.invalid"] { servers.set(name, .none) }
        try "broken\n".write(toFile: path, atomically: true, encoding: .utf8)
        let copy = try #require(ConfigurationFile(copy: bytes, path: path))
        #expect(copy.parsed.configuration == file.parsed.configuration)
        #expect(copy.isSame(as: file) && copy.namesHosts && copy.endsWithLine)
        #expect(try copy.copy == bytes)
        // Its addresses count for a file that is read in its place, and are looked up again.
        try write(["b.invalid"])
        servers.set("b.invalid", .trouble)
        #expect(addresses(try read(keeping: copy)) == [2])
        servers.set("b.invalid", .addresses([6]))
        #expect(addresses(try copy.resolvedAgain(servers.lookup())) == [1, 6])
    }

    @Test func aCopyOfAFileWithoutNamesIsItsBytes() throws {
        try write(["10.0.0.1", "10.0.0.2"])
        let file = try read()
        let copy = try #require(ConfigurationFile(copy: try file.copy, path: path))
        #expect(copy.parsed.configuration == file.parsed.configuration && !copy.namesHosts)
        let (whole, lean) = (try copy.copy, try copy.lean.copy)
        #expect(copy.digest == file.digest && lean.count < whole.count)
    }

    @Test(arguments: ["", "\n", "virtual=192.0.2.1:80\n", "director: a configuration in force, 1\n"])
    func whatIsNoCopyIsNone(text: String) throws {
        #expect(ConfigurationFile(copy: Array(text.utf8), path: path) == nil)
        let title = "director: a configuration in force, 1\n"
        for rest in ["4\n\n", "5 a 1.2.3.4\n\n", "4 a x\n\n", "\nbroken\n"] {
            #expect(ConfigurationFile(copy: Array((title + rest).utf8), path: path) == nil)
        }
        #expect(ConfigurationFile(copy: Array((title + "\n").utf8), path: path) != nil)
    }
}

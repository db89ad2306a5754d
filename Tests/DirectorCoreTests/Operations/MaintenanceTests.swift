import DirectorConfig
import DirectorCore
import HealthChecking
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct MaintenanceTests {
    @Test(arguments: [
        ("10.0.0.1:80", true), ("10.0.0.1", true), ("web1.example.org:80", true), ("web1.example.org", true),
        ("web1:80", true), ("web1", true), ("WEB1", true), ("10.0.0.1:81", false), ("10.0.0.11", false),
        ("web", false), ("web1.example", false), ("example.org", false),
    ])
    func aFileNamesAServer(file: String, isMeant: Bool) throws {
        let list = MaintenanceList(files: [file])
        let address = try #require(IPAddress("10.0.0.1"))
        #expect((list.file(for: address, port: 80, hosts: ["web1.example.org"]) != nil) == isMeant)
    }

    @Test(arguments: [("[fd00::1]:80", true), ("[fd00::1]", true), ("fd00::1", true), ("[fd00::1]:8080", false)])
    func anIPv6ServerStandsInBrackets(file: String, isMeant: Bool) throws {
        let address = try #require(IPAddress("fd00::1"))
        #expect((MaintenanceList(files: [file]).file(for: address, port: 80, hosts: []) != nil) == isMeant)
    }

    @Test(arguments: [
        (["10.0.0.1:80", "10.0.0.1", "[fd00::1]:80", "[fd00::1]", "fd00::1"], false), (["web1"], true), ([], false),
        (["10.0.0.1", "README"], true),
    ])
    func namesAreLookedUpOnlyWhereAFileNeedsThem(files: [String], wanted: Bool) {
        #expect(MaintenanceList(files: files).namesHosts == wanted)
    }

    static func director(_ adjust: (inout VirtualConfiguration) -> Void = { _ in }) -> (Director, VirtualService.ID) {
        let farm = Farm(servers: 2) {
            $0.failureCount = 3
            adjust(&$0)
        }
        var director = Director(farm.configuration, actual: .init(), at: Farm.now)
        director.check(1, passed: true)
        director.check(2, passed: true)
        _ = director.converge()
        return (director, farm.id)
    }

    @Test func aFileTakesAServerOutAtOnceAndItsChecksBringItBack() {
        var (director, id) = Self.director()
        let list = MaintenanceList(files: ["10.0.0.1"])
        let found1 = director.maintain(list, hosts: [:], at: Farm.now)
        #expect(found1)
        _ = director.converge()
        #expect(director.weight(1, in: id) == nil)
        #expect(director.weight(2, in: id) == 5)
        // Its check goes on, and says nothing that counts.
        director.check(1, passed: true)
        _ = director.converge()
        #expect(director.weight(1, in: id) == nil)
        let found2 = director.maintain(list, hosts: [:], at: Farm.now)
        #expect(!found2)
        _ = director.maintain(MaintenanceList(), hosts: [:], at: Farm.now)
        _ = director.converge()
        #expect(director.weight(1, in: id) == nil)
        director.check(1, passed: true)
        _ = director.converge()
        #expect(director.weight(1, in: id) == 5)
    }

    @Test func aQuiescentServerStaysWithWeightZero() {
        var (director, id) = Self.director { $0.quiescent = true }
        _ = director.maintain(MaintenanceList(files: ["10.0.0.1:80"]), hosts: [:], at: Farm.now)
        _ = director.converge()
        #expect(director.weight(1, in: id) == 0)
    }

    @Test func aServerThatIsNotCheckedComesBackWithoutACheck() {
        var (director, id) = Self.director { $0.reals[0].check = .alwaysUp }
        _ = director.maintain(MaintenanceList(files: ["10.0.0.1"]), hosts: [:], at: Farm.now)
        _ = director.converge()
        #expect(director.weight(1, in: id) == nil)
        _ = director.maintain(MaintenanceList(), hosts: [:], at: Farm.now)
        _ = director.converge()
        #expect(director.weight(1, in: id) == 5)
    }

    /// Until the next run has looked into the directory, which may take its time, it goes on as it was.
    @Test(arguments: [RealConfiguration.Check.alwaysUp, .off])
    func whoIsNotCheckedStaysOutOverARestartAndComesBack(check: RealConfiguration.Check) {
        for isOverMeanwhile in [true, false] {
            var drill = Drill { $0.reals[0].check = .alwaysUp }
            drill.load { $0.reals[0].check = check }
            let list = MaintenanceList(files: ["10.0.0.1"])
            _ = drill.director.maintain(list, hosts: [:], at: drill.now)
            drill.converge()
            drill.restart()
            #expect(drill.weights == [-1, 5, 5])
            if !isOverMeanwhile {
                _ = drill.director.maintain(list, hosts: [:], at: drill.now)
                drill.converge()
                #expect(drill.weights == [-1, 5, 5])
            }
            _ = drill.director.maintain(MaintenanceList(), hosts: [:], at: drill.now)
            drill.converge()
            #expect(drill.weights == [5, 5, 5])
            #expect(drill.director.memory.maintained.isEmpty)
        }
    }

    @Test func aServerAddedByAReloadIsTakenOutToo() {
        var (director, id) = Self.director()
        _ = director.maintain(MaintenanceList(files: ["10.0.0.3"]), hosts: [:], at: Farm.now)
        _ = director.load(Farm(servers: 3).configuration, at: Farm.now)
        director.check(3, passed: true)
        _ = director.converge()
        #expect(director.weight(3, in: id) == nil)
        #expect(director.weight(1, in: id) == 5)
    }

    @Test func hostNamesCountOnceTheyAreKnown() throws {
        var (director, id) = Self.director()
        let list = MaintenanceList(files: ["web2"])
        let found3 = director.maintain(list, hosts: [:], at: Farm.now)
        #expect(!found3)
        let address = try #require(IPAddress("10.0.0.2"))
        let found4 = director.maintain(list, hosts: [address: ["web2.example.org"]], at: Farm.now)
        #expect(found4)
        _ = director.converge()
        #expect(director.weight(2, in: id) == nil)
    }
}

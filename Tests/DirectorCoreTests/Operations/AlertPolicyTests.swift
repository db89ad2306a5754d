import DirectorConfig
import DirectorCore
import NetworkTypes
import Testing
import TimeTypes
import VirtualServers

struct AlertPolicyTests {
    static let server = Farm.server(1, weight: 5).endpoint
    static let id = Farm().id

    static func at(_ seconds: Int64) -> MonotonicInstant { .init(nanoseconds: seconds * 1_000_000_000) }

    static func settings(_ adjust: (inout AlertSettings) -> Void = { _ in }) -> AlertSettings {
        var settings = AlertSettings()
        settings.recipients = ["a@example.org", "b@example.org"]
        adjust(&settings)
        return settings
    }

    static func virtual(_ adjust: (inout VirtualConfiguration) -> Void = { _ in }) -> VirtualConfiguration {
        Farm(servers: 1, adjust).configuration.virtuals[0]
    }

    static let down = ServerMessage("Deleted real server: R", id, server, .real, .down)
    static let up = ServerMessage("Added real server: R", id, server, .real, .up)

    @Test func aChangeIsMailedToEveryRecipient() throws {
        var policy = AlertPolicy(Self.settings())
        let taken = policy.take(Self.down, of: Self.virtual(), in: .running, at: Self.at(0))
        let mail = try #require(taken)
        #expect(mail.recipients == ["a@example.org", "b@example.org"])
        #expect(mail.subject == "Deleted real server: R")
        #expect(mail.server == nil)
    }

    @Test func aServiceHasItsOwnSettingsBeforeTheGlobalOnes() throws {
        var policy = AlertPolicy(Self.settings { $0.sender = "ld@example.org" })
        let virtual = Self.virtual {
            $0.alerts.recipients = ["own@example.org"]
            $0.alerts.server = "mail.example.org"
            $0.serviceName = "web one"
        }
        let taken = policy.take(Self.down, of: virtual, in: .running, at: Self.at(0))
        let mail = try #require(taken)
        #expect(mail.recipients == ["own@example.org"])
        #expect(mail.server == "mail.example.org")
        #expect(mail.sender == "ld@example.org")
        #expect(mail.subject == "[web one] Deleted real server: R")
    }

    @Test func nobodyToTellIsNoMail() {
        var policy = AlertPolicy(AlertSettings())
        let found1 = policy.take(Self.down, of: Self.virtual(), in: .running, at: Self.at(0))
        #expect(found1 == nil)
        #expect(!policy.concerns(Self.virtual()))
    }

    @Test(arguments: AlertSettings.State.allCases)
    func onlyTheStatesAskedForAreMailed(state: AlertSettings.State) {
        var policy = AlertPolicy(Self.settings { $0.states = [.running, .stopping] })
        let mail = policy.take(Self.down, of: Self.virtual(), in: state, at: Self.at(0))
        #expect((mail != nil) == [.running, .stopping].contains(state))
    }

    @Test func withoutAFrequencyNothingIsRepeated() {
        var policy = AlertPolicy(Self.settings())
        _ = policy.take(Self.down, of: Self.virtual(), in: .running, at: Self.at(0))
        let found2 = policy.repetitions(in: .running, at: Self.at(100_000)).isEmpty
        #expect(found2)
    }

    @Test func aServerThatStaysDownIsToldAgainUntilItIsBack() {
        var policy = AlertPolicy(Self.settings { $0.frequency = .seconds(3) })
        _ = policy.take(Self.down, of: Self.virtual(), in: .running, at: Self.at(0))
        let found3 = policy.repetitions(in: .running, at: Self.at(2)).isEmpty
        #expect(found3)
        let told = policy.repetitions(in: .running, at: Self.at(3)).map(\.text)
        #expect(told == ["Inaccessible real server: 10.0.0.1:80 (192.0.2.1:80)"])
        let found4 = policy.repetitions(in: .running, at: Self.at(5)).isEmpty
        #expect(found4)
        let found5 = policy.repetitions(in: .running, at: Self.at(6)).count
        #expect(found5 == 1)
        _ = policy.take(Self.up, of: Self.virtual(), in: .running, at: Self.at(7))
        let found6 = policy.repetitions(in: .running, at: Self.at(100)).isEmpty
        #expect(found6)
    }

    /// A server that was down at the start is told of while running even where starting is not mailed.
    @Test func theRepetitionIsSentWhereTheFirstMailWasNot() {
        var policy = AlertPolicy(
            Self.settings {
                $0.frequency = .seconds(3)
                $0.states = [.running]
            })
        let found7 = policy.take(Self.down, of: Self.virtual(), in: .starting, at: Self.at(0))
        #expect(found7 == nil)
        let found8 = policy.repetitions(in: .running, at: Self.at(4)).count
        #expect(found8 == 1)
    }

    @Test func aServerThatLeftTheConfigurationIsForgotten() {
        var policy = AlertPolicy(Self.settings { $0.frequency = .seconds(3) })
        _ = policy.take(Self.down, of: Self.virtual(), in: .running, at: Self.at(0))
        policy.reconfigure(Self.settings { $0.frequency = .seconds(3) }) { _ in Self.virtual { $0.reals = [] } }
        let found9 = policy.repetitions(in: .running, at: Self.at(100)).isEmpty
        #expect(found9)
    }

    @Test func theFrequencyOfAReloadCounts() {
        var policy = AlertPolicy(Self.settings { $0.frequency = .seconds(3) })
        _ = policy.take(Self.down, of: Self.virtual(), in: .running, at: Self.at(0))
        policy.reconfigure(Self.settings { $0.frequency = .seconds(60) }) { _ in Self.virtual() }
        let found10 = policy.repetitions(in: .running, at: Self.at(59)).isEmpty
        #expect(found10)
        let found11 = policy.repetitions(in: .running, at: Self.at(60)).count
        #expect(found11 == 1)
    }

    @Test func aFrequencyThatAReloadBroughtIsForServersThatAreDownAlready() {
        var policy = AlertPolicy(Self.settings())
        _ = policy.take(Self.down, of: Self.virtual(), in: .running, at: Self.at(0))
        let found13 = policy.repetitions(in: .running, at: Self.at(100)).isEmpty
        #expect(found13)
        policy.reconfigure(Self.settings { $0.frequency = .seconds(60) }) { _ in Self.virtual() }
        let found14 = policy.repetitions(in: .running, at: Self.at(101)).count
        #expect(found14 == 1)
        policy.reconfigure(Self.settings()) { _ in Self.virtual() }
        let found15 = policy.repetitions(in: .running, at: Self.at(1000)).isEmpty
        #expect(found15)
    }

    @Test func softFailuresAndServicesAreNotMailed() {
        var policy = AlertPolicy(Self.settings())
        let soft = ServerMessage("Soft failure", Self.id, Self.server, .real)
        let service = ServerMessage("Added virtual server", Self.id, nil, .virtual)
        for message in [soft, service] {
            let found12 = policy.take(message, of: Self.virtual(), in: .running, at: Self.at(0))
            #expect(found12 == nil)
        }
    }
}

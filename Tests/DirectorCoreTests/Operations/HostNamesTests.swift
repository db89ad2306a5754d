import DirectorCore
import NetworkTypes
import Testing
import TimeTypes

struct HostNamesTests {
    static let start = Farm.now.instant
    static let addresses = (1...3).map { IPAddress(ipv4: 0x0A00_0000 + $0) }

    @Test func aFewAreAskedForAtOnceAndEachNameCountsWhenItArrives() {
        var names = HostNames(life: .seconds(60), limit: 2)
        let first = names.next(of: Set(Self.addresses), at: Self.start)
        #expect(first.count == 2)
        let more = names.next(of: Set(Self.addresses), at: Self.start)
        #expect(more.isEmpty)
        let isNew = names.found("a.example", for: first[0], at: Self.start)
        #expect(isNew)
        #expect(names.known == [first[0]: ["a.example"]])
        // The other one hangs, and the third is asked for all the same, once.
        let third = names.next(of: Set(Self.addresses), at: Self.start)
        #expect(third == Self.addresses.filter { !first.contains($0) })
        let none = names.next(of: Set(Self.addresses), at: Self.start)
        #expect(none.isEmpty)
    }

    @Test func aNameIsAskedForAgainWhenItHasExpiredAndKeptWhenNobodyAnswers() {
        var names = HostNames(life: .seconds(60), limit: 2)
        let one = Self.addresses[0]
        let first = names.next(of: [one], at: Self.start)
        #expect(first == [one])
        let isNew = names.found("a.example", for: one, at: Self.start)
        #expect(isNew)
        let early = names.next(of: [one], at: Self.start + .seconds(59))
        #expect(early.isEmpty)
        let again = names.next(of: [one], at: Self.start + .seconds(60))
        #expect(again == [one])
        let isAnother = names.found(nil, for: one, at: Self.start + .seconds(70))
        #expect(!isAnother)
        #expect(names.known == [one: ["a.example"]])
        let afterwards = names.next(of: [one], at: Self.start + .seconds(129))
        #expect(afterwards.isEmpty)
    }

    @Test func addressesNeverAskedForComeBeforeExpiredOnesAndUnwantedOnesAreForgotten() {
        var names = HostNames(life: .seconds(60), limit: 1)
        let (old, new) = (Self.addresses[0], Self.addresses[1])
        let first = names.next(of: [old], at: Self.start)
        #expect(first == [old])
        let isNew = names.found("a.example", for: old, at: Self.start)
        #expect(isNew)
        let second = names.next(of: [old, new], at: Self.start + .seconds(90))
        #expect(second == [new])
        let isFound = names.found(nil, for: new, at: Self.start + .seconds(90))
        #expect(!isFound)
        let third = names.next(of: [old, new], at: Self.start + .seconds(90))
        #expect(third == [old])
        let isAnother = names.found("a.example", for: old, at: Self.start + .seconds(90))
        #expect(!isAnother)
        let last = names.next(of: [new], at: Self.start + .seconds(91))
        #expect(last.isEmpty)
        #expect(names.known.isEmpty)
    }
}

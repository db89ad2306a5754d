import HealthChecking
import Testing

@Suite struct ApartTests {
    private struct Owner: Hashable {
        @Apart var numbers = [1, 2]
        var name = ""
    }

    @Test func aCopyChangesItsOwnAlone() {
        let first = Owner()
        var second = first
        second.numbers.append(3)
        #expect(first.numbers == [1, 2])
        #expect(second.numbers == [1, 2, 3])
    }

    @Test func ownersAreComparedByTheValue() {
        #expect(Owner() == Owner())
        #expect(Owner().hashValue == Owner().hashValue)
        var other = Owner()
        other.numbers = [1]
        #expect(other != Owner())
    }

    /// A director may have 262,144 of these, in tables that are up to twice as large.
    @Test func aServersHealthIsSmall() {
        #expect(MemoryLayout<ServerHealth>.size <= 48)
    }
}

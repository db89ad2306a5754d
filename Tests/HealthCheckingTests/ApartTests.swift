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

    @Test func whatIsEqualIsHeldOnce() {
        final class Held: Equatable, Sendable {
            let value: Int
            init(_ value: Int) { self.value = value }
            static func == (left: Held, right: Held) -> Bool { left.value == right.value }
        }
        let first = Apart(wrappedValue: Held(1))
        var equal = Apart(wrappedValue: Held(1))
        var other = Apart(wrappedValue: Held(2))
        equal.share(with: first)
        other.share(with: first)
        #expect(equal.wrappedValue === first.wrappedValue)
        #expect(other.wrappedValue.value == 2)
        equal.wrappedValue = Held(3)
        #expect(first.wrappedValue.value == 1)
    }

    /// A director may have 262,144 of these, in tables that are up to twice as large.
    @Test func aServersHealthIsSmall() {
        #expect(MemoryLayout<ServerHealth>.size <= 48)
    }
}

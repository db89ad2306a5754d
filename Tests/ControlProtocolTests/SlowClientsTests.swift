import ControlProtocol
import Testing

struct SlowClientsTests {
    private typealias Waiting = SlowClients<Int>.Waiting

    private func victims(limit: Int, _ clients: [Waiting]) -> [Int] {
        var slow = SlowClients<Int>()
        slow.limit = limit
        return slow.victims(clients).map(\.key)
    }

    @Test func whoTakesNothingForTenSecondsGoes() {
        let clients = [
            Waiting(1, stalled: .seconds(10), waiting: .seconds(10), own: 1),
            Waiting(2, stalled: .milliseconds(9_999), waiting: .seconds(100), own: 1),
        ]
        #expect(victims(limit: 100, clients) == [1])
    }

    @Test func aTextThatManyWaitForCountsOnce() {
        let text = SharedText([UInt8](repeating: 0, count: 90))
        let clients = (0..<1_000).map {
            Waiting($0, stalled: .seconds(5), waiting: .seconds(5), own: 0, shared: text)
        }
        #expect(victims(limit: 100, clients) == [])
    }

    @Test func whenItIsTooMuchThoseGoWhoWaitLongestEvenIfTheyReadALittle() {
        // Each keeps a text of its own in memory.
        let texts = (0..<4).map { _ in SharedText([UInt8](repeating: 0, count: 40)) }
        let clients = (0..<8).map {
            Waiting(
                $0, stalled: .zero, waiting: .seconds(10 - $0), own: 0, shared: texts[$0 / 2])
        }
        // 160 bytes: both of the oldest text, both of the next.
        #expect(victims(limit: 100, clients) == [0, 1, 2, 3])
        #expect(victims(limit: 159, clients) == [0, 1])
        #expect(victims(limit: 160, clients) == [])
    }

    @Test func whoHasJustBegunToReadStaysWhateverItTakes() {
        let clients = [
            Waiting(1, stalled: .zero, waiting: .milliseconds(999), own: 1_000),
            Waiting(2, stalled: .zero, waiting: .seconds(1), own: 10),
        ]
        #expect(victims(limit: 100, clients) == [2])
    }
}

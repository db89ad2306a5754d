import TimeTypes
import VirtualRouting

/// What happens in a run, and when: a heap by time, in the order of arrival among equals.
struct EventQueue {
    struct Entry {
        var at: Int64
        var order: UInt64
        var event: SimulatedEvent

        static func < (left: Self, right: Self) -> Bool {
            left.at != right.at ? left.at < right.at : left.order < right.order
        }
    }

    private var heap: [Entry] = []
    private var arrivals: UInt64 = 0

    mutating func add(_ event: SimulatedEvent, at: Int64) {
        arrivals += 1
        heap.append(Entry(at: at, order: arrivals, event: event))
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> Entry? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[least] {
                least = child
            }
            if least == parent { return first }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

enum SimulatedEvent {
    /// A director's timer; stale when the director was touched since.
    case tick(director: Int, generation: UInt64)
    case advertisement(to: Int, from: Int, router: Int, Advertisement)
    case heartbeat(to: Int, link: Int, SignedHeartbeat)
    case fault(Fault)
    case fenced(director: Int, peer: String?, success: Bool, incarnation: UInt64)
}

/// A message as it travels: signed with a key that is named and known to the one who has it.
struct SignedHeartbeat {
    var keyID: UInt8
    var secret: UInt64
    var heartbeat: Heartbeat
    /// In runs on the wire: what the message is then read from.
    var bytes: [UInt8]?
}

enum Fault {
    /// SIGKILL or power: the addresses are gone with it.
    case crash(Int)
    /// SIGTERM.
    case stop(Int)
    case start(Int)
    case freeze(Int)
    case thaw(Int)
    /// The monotonic clock of one director steps forward.
    case jump(Int, Duration)
    case cutNetwork(Int, Int, oneWay: Bool)
    case healNetwork
    case cutLink(Int, Int, Int, oneWay: Bool)
    case healLinks
    case ready(Int, incarnation: UInt64)
    case track(Int, TrackingState)
    case takeOver(Int)
    case standBy(Int)
    /// A step of the keys' rotation on one director.
    case keys(Int, KeyRing)
    /// Somebody sends what he recorded before.
    case replay
    /// Anybody can send an advertisement of priority 0.
    case forgedPriorityZero
    case endOfFaults
}

struct KeyRing {
    var signing: UInt8
    var secrets: [UInt8: UInt64]

    static let steps = [
        KeyRing(signing: 1, secrets: [1: 11]), KeyRing(signing: 1, secrets: [1: 11, 2: 22]),
        KeyRing(signing: 2, secrets: [1: 11, 2: 22]), KeyRing(signing: 2, secrets: [2: 22]),
    ]
    /// The same as bytes, for runs on the wire.
    var linkKeys: LinkKeys? {
        LinkKeys(signing: signing, secrets: secrets.mapValues { Array("the secret with the number \($0)".utf8) })
    }
}

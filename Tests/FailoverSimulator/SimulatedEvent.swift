import TimeTypes
import VirtualRouting

/// Indirect, since a queue moves its entries about.
indirect enum SimulatedEvent {
    /// A director's timer; stale when the director was touched since.
    case tick(director: Int, generation: UInt64)
    case advertisement(SentAdvertisement)
    case heartbeat(SentHeartbeat)
    case fault(Fault)
    /// A fencing device at work.
    case powerOff([Int], until: Int64, by: Int)
    /// What it says at the end. A machine that was switched off is not there to hear it.
    case fenced(director: Int, life: UInt64, peer: String?, success: Bool)
}

/// A router's advertisement on its way to one director.
struct SentAdvertisement {
    var to: Int
    var from: Int
    var group: Int
    var router: Int
    var advertisement: Advertisement
    /// In runs on the wire: what the advertisement is then read from.
    var bytes: [UInt8]?
    /// One bit of them is another.
    var isBroken = false
}

/// A message as it travels: signed with a key that is named and known to the one who has it.
struct SentHeartbeat {
    var to: Int
    var from: Int
    var link: Int
    var keyID: UInt8
    var secret: UInt64
    var heartbeat: Heartbeat
    /// Of the sender's process.
    var incarnation: UInt64
    /// In runs on the wire: what the message is then read from.
    var bytes: [UInt8]?
    /// One bit of them is another.
    var isBroken = false
}

enum Fault {
    /// Power: process, addresses and what the runtime directory knows are gone.
    case crash(Int)
    /// SIGTERM.
    case stop(Int)
    /// The program alone is killed; the kernel keeps the addresses.
    case die(Int)
    /// The supervisor's farewell in the name of one that does not come back in time.
    case farewell(Int)
    /// The program is started: after any of the above.
    case start(Int)
    case freeze(Int)
    case thaw(Int)
    /// The clock of one director steps forward, or back.
    case jump(Int, Duration)
    /// One path: a segment of the network, or a link behind those.
    case cut(path: Int, Int, Int, oneWay: Bool)
    case healNetwork
    case healLinks
    case ready(Int, Bool, incarnation: UInt64?)
    case track(Int, group: Int, TrackingState)
    case takeOver(Int, group: Int)
    case standBy(Int, group: Int)
    /// Another file is put in force.
    case reload(Int, [GroupPlan?])
    /// A step of the keys' rotation on one director.
    case keys(Int, KeyRing)
    /// Somebody sends what he recorded before.
    case replay
    /// Anybody can send an advertisement of priority 0.
    case forgedPriorityZero(group: Int)
    case endOfFaults
    case end
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

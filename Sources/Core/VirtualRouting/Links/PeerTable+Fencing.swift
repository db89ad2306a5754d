internal import NetworkTypes
package import TimeTypes

/// Who is switched off, and who was.
extension PeerTable {
    /// The plugin has switched this peer off; nil for the one host that the device controls.
    mutating func markFenced(_ name: String?) {
        guard let name else { return isUnknownFenced = true }
        for index in peers.indices where peers[index].name == name { peers[index].isFenced = true }
    }

    /// Whoever is master on the network is not off, though no link may tell of it.
    mutating func noteAdvertisement(from source: IPAddress) {
        isUnknownFenced = false
        for index in peers.indices where peers[index].isFenced {
            if peers[index].reports.contains(where: { $0?.address == source }) { peers[index].isFenced = false }
        }
    }

    /// Whom somebody means who wants "the peer" fenced and names none.
    package enum FencingTarget: Hashable, Sendable {
        case peer(String)
        /// Nobody was ever heard: the device knows whom it controls.
        case unknown
        /// It could be any of these.
        case ambiguous([String])
    }

    /// The silent peer; the only one where none is silent. A healthy one of several is never guessed.
    package func fencingTarget(deadTime: Duration, at now: MonotonicInstant) -> FencingTarget {
        let silent = peers.filter { !$0.hasLeft && !isAlive($0, deadTime: deadTime, at: now) }
        let candidates = (silent.isEmpty ? peers : silent).map(\.name)
        guard let only = candidates.first else { return .unknown }
        return candidates.count == 1 ? .peer(only) : .ambiguous(candidates)
    }
}

/// Why a message of a link is not acted on. Each is counted; none of them changes anything else.
package enum HeartbeatRefusal: String, Error, Hashable, Sendable, CaseIterable {
    case truncated
    case oversized
    /// It does not begin as a heartbeat does.
    case notAHeartbeat
    case unknownVersion
    /// Signed with a key id that is not in the key file.
    case unknownKey
    /// The signature is wrong: another secret, or changed on the way.
    case signature
    /// Rightly signed and not understood.
    case malformed
    /// Seen before, or older than what was seen.
    case replayed
    /// Of a run of the sender that a later one has replaced.
    case formerRun
    /// It was sent on another link than the messages before it.
    case otherLink
    /// From another address than that of the link's peer.
    case foreignSource
    /// The sender has not shown yet that it hears us: it may be a recording.
    case notIntroduced
    /// Our own message, back from the network.
    case ownMessage
    /// Another director with our name.
    case sameName
    /// More directors than a pair's links are made for.
    case tooManyPeers
}

/// An operator's order for a real server, as the directors of a pair tell it each other.
package struct SharedOrder: Hashable, Sendable {
    package enum Action: UInt8, Hashable, Sendable, CaseIterable {
        case drain = 1
        case disable = 2
        case enable = 3
    }

    /// As `ipvsadm -Ln` names them: `TCP 192.0.2.1:80`, `10.0.0.1:80`.
    package var service: String
    package var server: String
    package var action: Action
    /// Who gave it.
    package var by: String
    /// When, in milliseconds since 1970: the newest counts.
    package var at: Int64

    package init(service: String, server: String, action: Action, by: String, at: Int64) {
        self.service = service
        self.server = server
        self.action = action
        self.by = by
        self.at = at
    }

    enum Limit {
        static let name = 64
        static let user = 32
    }

    /// The last time that an order can have: arithmetic with it stays within bounds.
    package static let latest: Int64 = 1 << 53

    /// Whether it can be told on a link.
    var isTellable: Bool { fitsMessage && (0...Self.latest).contains(at) }

    fileprivate var fitsMessage: Bool {
        (1...Limit.name).contains(service.utf8.count) && (1...Limit.name).contains(server.utf8.count)
            && by.utf8.count <= Limit.user
    }

    /// Two directors must agree which of two orders counts, those of the same millisecond included.
    fileprivate func isNewer(than other: SharedOrder) -> Bool {
        (at, action.rawValue, by) > (other.at, other.action.rawValue, other.by)
    }
}

/// The latest order for each real server, the same on all directors of a pair in the end. It has a limit: the oldest
/// ones make room.
package struct SharedOrders: Hashable, Sendable {
    package static let limit = 512

    private struct Key: Hashable {
        var service: String
        var server: String
    }

    private var latest: [Key: SharedOrder] = [:]
    /// The same for the same orders, in whatever sequence they came.
    package private(set) var digest: UInt64 = 0

    package init() {}

    package init(_ orders: [SharedOrder]) {
        for order in orders { merge(order) }
    }

    /// Newest first; the same sequence on every director.
    package var all: [SharedOrder] {
        latest.values.sorted { left, right in
            if left.at != right.at { return left.at > right.at }
            return (left.service, left.server) < (right.service, right.server)
        }
    }

    package var count: Int { latest.count }

    package func order(service: String, server: String) -> SharedOrder? {
        latest[Key(service: service, server: server)]
    }

    /// Takes an order in; false when it is known, or an older one than what is known.
    @discardableResult
    package mutating func merge(_ order: SharedOrder) -> Bool {
        guard order.isTellable else { return false }
        let key = Key(service: order.service, server: order.server)
        if let known = latest[key] {
            guard order.isNewer(than: known) else { return false }
            digest ^= known.fingerprint
        }
        latest[key] = order
        digest ^= order.fingerprint
        while latest.count > Self.limit, let oldest = all.last {
            latest[Key(service: oldest.service, server: oldest.server)] = nil
            digest ^= oldest.fingerprint
            if oldest == order { return false }
        }
        return true
    }
}

extension SharedOrder {
    func encode(into bytes: inout [UInt8]) {
        bytes.append(action.rawValue)
        bytes.put(UInt64(bitPattern: at))
        for text in [service, server, by] {
            bytes.append(UInt8(text.utf8.count))
            bytes += Array(text.utf8)
        }
    }

    init(_ reader: inout FieldReader) throws(HeartbeatRefusal) {
        guard let action = Action(rawValue: try reader.byte()) else { throw .malformed }
        let at = Int64(bitPattern: try reader.number() as UInt64)
        self.init(
            service: try reader.text(), server: try reader.text(), action: action, by: try reader.text(), at: at)
        // A peer whose clock ran wild once is heard all the same: the order is left out where orders are kept.
        guard fitsMessage else { throw .malformed }
    }

    var encodedLength: Int { 1 + 8 + 3 + service.utf8.count + server.utf8.count + by.utf8.count }

    /// FNV-1a over what goes over the link: whoever could forge it has the key of the link anyway.
    fileprivate var fingerprint: UInt64 {
        var bytes: [UInt8] = []
        encode(into: &bytes)
        return bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}

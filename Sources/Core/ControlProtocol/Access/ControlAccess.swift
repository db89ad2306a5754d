/// Who may ask and who may change, decided by what the kernel says of the process at the other end of the socket.
///
/// Root and the daemon's own user may do everything.
package struct ControlAccess: Equatable, Sendable {
    package enum Readers: Equatable, Sendable {
        /// Root and the daemon's user.
        case owner
        case group(UInt32)
        case everybody
    }

    package enum Permission: Int, Comparable, Sendable {
        case none, read, change

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    package var owner: UInt32
    package var readers: Readers
    /// Members of this group may change, and so read and report.
    package var operators: UInt32?
    /// Members of this group may report what happens outside.
    package var reporters: UInt32?

    package init(owner: UInt32, readers: Readers = .owner, operators: UInt32? = nil, reporters: UInt32? = nil) {
        self.owner = owner
        self.readers = readers
        self.operators = operators
        self.reporters = reporters
    }

    /// - Parameter groups: the primary and the supplementary groups.
    package func permission(user: UInt32, groups: some Sequence<UInt32>) -> Permission {
        if user == 0 || user == owner { return .change }
        var found = readers == .everybody ? Permission.read : .none
        for group in groups {
            if group == operators { return .change }
            if readers == .group(group) { found = .read }
        }
        return found
    }

    /// Whether a client may report what happens outside; it need not be one that may ask.
    package func mayReport(user: UInt32, groups: some Sequence<UInt32>) -> Bool {
        if user == 0 || user == owner { return true }
        return groups.contains { $0 == operators || $0 == reporters }
    }

    /// The mode and group of the socket's file: as narrow as a file can say it. A file has one group only, so with
    /// different ones everybody may connect, and who is in none is told so and turned away.
    package var file: (mode: UInt32, group: UInt32?) {
        var groups = Set([operators, reporters].compactMap(\.self))
        switch readers {
        case .everybody: return (0o666, nil)
        case .group(let group): groups.insert(group)
        case .owner: break
        }
        return groups.count > 1 ? (0o666, nil) : (0o660, groups.first)
    }
}

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
    /// Members of this group may change, and so read.
    package var operators: UInt32?

    package init(owner: UInt32, readers: Readers = .owner, operators: UInt32? = nil) {
        self.owner = owner
        self.readers = readers
        self.operators = operators
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

    /// The mode and group of the socket's file: as narrow as a file can say it. A file has one group only, so with two
    /// different ones everybody may connect, and who is in neither is told so and turned away.
    package var file: (mode: UInt32, group: UInt32?) {
        switch (readers, operators) {
        case (.everybody, _): (0o666, nil)
        case (.owner, nil): (0o660, nil)
        case (.owner, let group?): (0o660, group)
        case (.group(let group), nil): (0o660, group)
        case (.group(let group), let operators?): group == operators ? (0o660, group) : (0o666, nil)
        }
    }
}

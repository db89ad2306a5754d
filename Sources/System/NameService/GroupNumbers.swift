internal import Glibc

/// Numbers of groups.
enum GroupNumbers {
    /// Nil where there is no group of that name.
    static func number(of name: String) -> UInt32? {
        var entry = unsafe group()
        var found: UnsafeMutablePointer<group>?
        // A group may have thousands of members, whose names stand in it.
        var room = [CChar](repeating: 0, count: 1 << 16)
        guard unsafe getgrnam_r(name, &entry, &room, room.count, &found) == 0, unsafe found != nil else { return nil }
        return unsafe entry.gr_gid
    }
}

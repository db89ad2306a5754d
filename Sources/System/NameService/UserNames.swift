internal import Glibc

/// What the system's list of users says, wherever nsswitch.conf has it: it may ask the network, and block.
///
/// This module is not for directord and the engine: what looks up names brings down a program that has threads and a
/// libc of its own (`fixed` in Package.swift). They ask director-names (module NameAsking).
package enum UserNames {
    /// The ids of a user; nil where there is none of that name.
    package static func account(_ name: String) -> (uid: UInt32, gid: UInt32)? {
        unsafe found({ unsafe getpwnam_r(name, $0, $1, $2, $3) }) { unsafe ($0.pw_uid, $0.pw_gid) }
    }

    /// The name of a user; nil where it has none.
    package static func name(of user: UInt32) -> String? {
        unsafe found({ unsafe getpwuid_r(user, $0, $1, $2, $3) }) { unsafe String(cString: $0.pw_name) }
    }

    /// This process's, its number where it has none.
    package static var own: String { name(of: getuid()) ?? "\(getuid())" }

    private typealias Entry = UnsafeMutablePointer<passwd>

    private static func found<Value>(
        _ ask: (Entry, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<Entry?>) -> Int32,
        _ read: (passwd) -> Value
    ) -> Value? {
        var entry = unsafe passwd()
        var result: Entry?
        // Room for the texts of one entry; sysconf(3) names less, and a user with more is none of ours.
        return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1 << 14) { room in
            guard let start = room.baseAddress, unsafe ask(&entry, start, room.count, &result) == 0,
                unsafe result != nil
            else { return nil }
            return unsafe read(entry)
        }
    }
}

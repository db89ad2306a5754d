import ControlProtocol
import DirectorConfig
import Glibc

/// The groups of the configuration as the numbers that the kernel knows processes by. It blocks: names may be looked up
/// over the network.
enum GroupNames {
    /// A group that the machine does not have lets nobody in, which is said.
    static func resolve(_ settings: AccessSettings, owner: UInt32) -> (access: ControlAccess, problems: [String]) {
        var access = ControlAccess(owner: owner)
        var problems: [String] = []
        func number(_ name: String, _ key: String) -> UInt32? {
            if let number = UInt32(name) ?? lookUp(name) { return number }
            problems.append("\(key) = \(name): this machine has no such group (groupadd \(name)); only root is let in")
            return nil
        }
        switch settings.readers {
        case .everybody?: access.readers = .everybody
        case .group(let name)?: access.readers = number(name, "readers").map { .group($0) } ?? .owner
        case nil: break
        }
        access.reporters = settings.reporters.flatMap { number($0, "reporters") }
        access.operators = settings.operators.flatMap { number($0, "operators") }
        return (access, problems)
    }

    private static func lookUp(_ name: String) -> UInt32? {
        var entry = group()
        var found: UnsafeMutablePointer<group>?
        var room = [CChar](repeating: 0, count: 1 << 16)
        guard getgrnam_r(name, &entry, &room, room.count, &found) == 0, found != nil else { return nil }
        return entry.gr_gid
    }
}

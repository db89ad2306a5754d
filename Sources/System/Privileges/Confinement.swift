internal import CProbes
internal import EventLoop
internal import Glibc
internal import NameService

/// What a daemon gives up before it reads what strangers send: it needs no privilege for that.
package enum Confinement {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Drops every capability and, when started by root, becomes another user for good. Returns that user's name, nil
    /// when the process stays the user it was.
    /// - Parameter own: the user that is tried before nobody when none is named.
    package static func enter(user: String?, own: String = "director-prober") throws(Failure) -> String? {
        let users = [own, "nobody"]
        guard geteuid() == 0 else {
            if let user, UserNames.account(user)?.uid != geteuid() {
                throw Failure(description: "only root can change to user '\(user)'")
            }
            try confine(nil)
            return nil
        }
        for name in user.map({ [$0] }) ?? users {
            guard let account = UserNames.account(name) else { continue }
            try confine(account)
            return name
        }
        let names = (user.map { [$0] } ?? users).map { "'\($0)'" }.joined(separator: " nor ")
        throw Failure(description: "there is no user \(names) to run as: create one, or name another with --user")
    }

    /// Descriptors for as many runs as wanted, or what the system allows.
    package static func raiseDescriptorLimit(to wanted: Int) -> Int {
        cprobes_raise_descriptor_limit(wanted)
    }

    private static func confine(_ account: (uid: uid_t, gid: gid_t)?) throws(Failure) {
        let result = cprobes_confine(account != nil, account?.uid ?? 0, account?.gid ?? 0)
        guard result == 0 else {
            throw Failure(description: "cannot give up privileges: \(ErrnoText.describe(-result))")
        }
    }
}

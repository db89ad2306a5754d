import Glibc

/// How getaddrinfo(3) failed.
struct LookupFailure: Error, Hashable {
    var status: Int32
    var errno: Int32

    /// The system's words for why nobody could be asked; nil when the answer is that there is no such address.
    var trouble: String? {
        switch status {
        // The names that netdb.h gives GNU's own statuses, "no address of this family" (-9) and "no data" (-5), ask for
        // a feature macro that Swift's module is made without.
        case EAI_NONAME, -9, -5: nil
        case EAI_SYSTEM: unsafe String(cString: strerror(errno))
        default: unsafe String(cString: gai_strerror(status))
        }
    }
}

internal import Glibc

/// Kernel modules, by the one program that knows where they are.
enum KernelModule {
    /// Runs `/sbin/modprobe -- NAME` and waits for it.
    /// - Parameter quietly: that there is no such module is not said. Other complaints go to this program's standard
    ///   error.
    static func load(_ name: String, quietly: Bool) {
        var pid: pid_t = 0
        let words = ["modprobe"] + (quietly ? ["-q"] : []) + ["--", name]
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe words.map { (word: String) in unsafe strdup(word) }
        unsafe arguments.append(nil)
        defer {
            unsafe arguments.forEach { unsafe free($0) }
        }
        guard unsafe posix_spawn(&pid, "/sbin/modprobe", nil, nil, arguments, nil) == 0 else { return }
        var status: Int32 = 0
        while unsafe waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    }
}

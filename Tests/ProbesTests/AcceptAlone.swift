import Glibc

/// accept(2) for servers in a process that starts programs, too: a program that had inherited a connection would hold
/// it open after its server closed it. The same as `accept4` with SOCK_CLOEXEC, which Swift's Glibc does not have.
func acceptAlone(_ listener: Int32) -> Int32 {
    let connection = accept(listener, nil, nil)
    if connection >= 0 { _ = fcntl(connection, F_SETFD, FD_CLOEXEC) }
    return connection
}

import Glibc

/// The cheapest look at the kernel's table: whether there is any virtual service at all.
///
/// The kernel tells nobody of changes, so they have to be looked for. A whole table is read by netlink; that somebody
/// has cleared it is seen from the first page of /proc/net/ip_vs, in one system call and a time that does not grow with
/// the table. It matters to be quick there: without any service IPVS lets packets of established connections through to
/// the director's own TCP, which resets them.
package final class TableGlance {
    /// Lines of the header (ip_vs_info_seq_show in net/netfilter/ipvs/ip_vs_ctl.c).
    private static let headerLines = 3
    private static let pageSize = 4096

    private let path: String
    private var descriptor: Int32 = -1
    private var page = [UInt8](repeating: 0, count: TableGlance.pageSize)

    package init(path: String = "/proc/self/net/ip_vs") {
        self.path = path
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// False too where the file cannot be read: the next whole reading will say why.
    package func isEmpty() -> Bool {
        // There may be none before the module is loaded.
        if descriptor < 0 { descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC) }
        guard descriptor >= 0 else { return false }
        let count = unsafe pread(descriptor, &page, page.count, 0)
        if count < 0 {
            // The file of a module that was unloaded stays dead when it is loaded again.
            close(descriptor)
            descriptor = -1
        }
        guard count > 0 else { return false }
        return page[..<count].count { $0 == UInt8(ascii: "\n") } <= Self.headerLines
    }
}

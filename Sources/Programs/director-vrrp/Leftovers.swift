import EventLoop
import Glibc
import KernelNetlink
import Logging

/// What an earlier life of this program left in the kernel, known by its marks alone where no configuration tells.
enum Leftovers {
    /// Returns whether nothing of it is left.
    @LoopActor static func remove(_ runtimeDirectory: String, _ log: Logger) -> Bool {
        // Nobody goes on as master after that.
        defer { unlink(runtimeDirectory + "/mastership") }
        do {
            let client = try AddressClient()
            let ours = try client.dump().filter(\.isOurs).map(\.assignment)
            if !ours.isEmpty {
                log.notice("removing \(ours.count) virtual addresses that were left behind")
                try SecondaryAddresses.keep(whileTaking: ours) {
                    for refusal in try client.remove(ours.reversed()) { log.error("\(refusal)") }
                }
            }
            try VirtualDevices(leftBehind: log).removeAll()
            return try client.dump().allSatisfy { !$0.isOurs }
        } catch {
            log.error("virtual addresses may have been left on this machine: \(error)")
            return false
        }
    }
}

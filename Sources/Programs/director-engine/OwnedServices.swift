import DirectorCore
import EventLoop
import Glibc
import Logging
import VirtualServers

/// The file in the runtime directory that says which services this director answers for, so that the next run removes
/// those that are not configured any more, even after a crash.
@LoopActor final class OwnedServices {
    private let path: String
    private var stored: Set<VirtualService.ID>?

    init(path: String) {
        self.path = path
    }

    /// Empty when there is no file yet.
    func load(log: Logger) -> Set<VirtualService.ID> {
        guard let file = fopen(path, "r") else {
            if errno != ENOENT { log.warning("cannot read \(path): \(String(cString: strerror(errno)))") }
            return []
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        // A service takes less than 64 bytes; whatever is larger is not our file.
        while bytes.count < 64 << 20 {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return OwnedServicesText.read(String(decoding: bytes, as: UTF8.self))
    }

    /// Writes the set when it is another than last time: whole or not at all.
    func store(_ services: Set<VirtualService.ID>, log: Logger) {
        guard services != stored else { return }
        let draft = path + ".new"
        let text = OwnedServicesText.write(services)
        guard let file = fopen(draft, "w") else {
            log.warning("cannot write \(draft): \(String(cString: strerror(errno)))")
            return
        }
        let written = text.isEmpty || fputs(text, file) >= 0
        guard fclose(file) == 0, written, rename(draft, path) == 0 else {
            log.warning("cannot write \(path): \(String(cString: strerror(errno)))")
            return
        }
        stored = services
    }
}

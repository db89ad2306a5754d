import EventLoop
import Glibc
import HealthChecking
import NetworkTypes
import TimeTypes

/// The engine's end of the socket, read and written only when a test says so.
@LoopActor final class RawEngine {
    let path: String
    private let listener: Int32
    private var connection: Int32 = -1
    private var decoder = FrameDecoder<ProberReport>()

    init() {
        var template = Array("/tmp/prober-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/prober.sock"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { [listener] in
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        precondition(bound == 0 && listen(listener, 8) == 0)
    }

    /// Takes the next connection of the prober; false when none comes within thirty seconds.
    func accept() async -> Bool {
        drop()
        for _ in 0..<3_000 {
            connection = Glibc.accept(listener, nil, nil)
            if connection >= 0 {
                decoder = FrameDecoder()
                return true
            }
            await EventLoop.main.sleep(for: .milliseconds(10))
        }
        return false
    }

    func drop() {
        if connection >= 0 { close(connection) }
        connection = -1
    }

    func send(_ bytes: [UInt8]) {
        precondition(Glibc.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    }

    func send(_ request: ProberRequest) throws {
        send(try request.frame())
    }

    /// What has arrived within this time, until the predicate has seen enough.
    func receive(
        for span: Duration, until isEnough: (ProberReport) -> Bool = { _ in false }
    ) async throws -> [ProberReport] {
        var reports: [ProberReport] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let end = EventLoop.now + span
        while true {
            // What came is there, however late this is on a busy machine.
            let isLast = EventLoop.now >= end
            let count = recv(connection, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count == 0 { return reports }
            if count > 0 {
                let more = try decoder.messages(from: buffer[..<count])
                reports += more
                if more.contains(where: isEnough) { return reports }
            } else if isLast {
                return reports
            } else {
                await EventLoop.main.sleep(for: .milliseconds(5))
            }
        }
    }

    /// Whether the prober has closed the connection.
    func isClosed(within span: Duration) async -> Bool {
        let end = EventLoop.now + span
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while EventLoop.now < end {
            if recv(connection, &buffer, buffer.count, Int32(MSG_DONTWAIT)) == 0 { return true }
            await EventLoop.main.sleep(for: .milliseconds(5))
        }
        return false
    }

    func end() {
        drop()
        close(listener)
        unlink(path)
        rmdir(String(path.dropLast("/prober.sock".count)))
    }
}

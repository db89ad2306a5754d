import DirectorCore
import EventLoop
import Glibc
import Logging
import Testing

@testable import director_engine

@Suite(.serialized) struct OrderMemoryTests {
    init() { EventLoop.main.startOwnThread() }

    @Test @LoopActor func `orders are written when the disk takes them again, though nothing else happens`() async {
        let directory = "/tmp/orders-\(getpid())"
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let orders = OrderMemory(runtimeDirectory: directory, stateDirectory: nil, pause: .milliseconds(20))
        let memory = OperatorMemory(awaited: [.init(service: "TCP 192.0.2.1:80", server: "10.0.0.1:80")])
        orders.store(memory, log: quiet)
        #expect(await orders.settled() != nil)
        mkdir(directory, 0o700)
        defer {
            unlink(directory + "/orders")
            rmdir(directory)
        }
        for _ in 0..<3_000 where access(directory + "/orders", F_OK) != 0 {
            await EventLoop.main.sleep(for: .milliseconds(10))
        }
        let next = OrderMemory(runtimeDirectory: directory, stateDirectory: nil)
        #expect(next.load(log: quiet) == memory)
    }
}

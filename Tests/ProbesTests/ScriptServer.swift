import Foundation
import Glibc
import NetworkTypes
import Synchronization

/// What a server says, turn by turn: something at once or nothing, then an answer to each piece that the client says.
struct Script: Sendable {
    enum Ending: Sendable {
        case stays, closes, resets
    }

    var greeting: [UInt8] = []
    var answers: [[UInt8]] = []
    var ending = Ending.stays
    /// Between two bytes of ours.
    var millisecondsPerByte: UInt32 = 0

    init(_ greeting: String = "", _ answers: [String] = [], then ending: Ending = .stays, slow: UInt32 = 0) {
        self.init(bytes: Array(greeting.utf8), answers.map { Array($0.utf8) }, then: ending, slow: slow)
    }

    init(bytes greeting: [UInt8], _ answers: [[UInt8]], then ending: Ending = .stays, slow: UInt32 = 0) {
        self.greeting = greeting
        self.answers = answers
        self.ending = ending
        millisecondsPerByte = slow
    }

    /// Plays it over two descriptors; returns what the client said.
    func play(reading input: Int32, writing output: Int32) -> [[UInt8]] {
        var said: [[UInt8]] = []
        guard write(greeting, to: output) else { return said }
        var buffer = [UInt8](repeating: 0, count: 4096)
        for answer in answers {
            let count = read(input, &buffer, buffer.count)
            guard count > 0 else { return said }
            said.append(Array(buffer[..<count]))
            guard write(answer, to: output) else { return said }
        }
        if case .stays = ending {
            while case let count = read(input, &buffer, buffer.count), count > 0 {
                said.append(Array(buffer[..<count]))
            }
        }
        return said
    }

    private func write(_ bytes: [UInt8], to output: Int32) -> Bool {
        guard millisecondsPerByte > 0 else { return Glibc.write(output, bytes, bytes.count) == bytes.count }
        for byte in bytes {
            usleep(millisecondsPerByte * 1000)
            if Glibc.write(output, [byte], 1) != 1 { return false }
        }
        return true
    }
}

/// A listener on loopback that plays a script to everybody.
final class ScriptServer: Sendable {
    let endpoint: Endpoint
    private let listener: Int32
    private let heard = Mutex<[[UInt8]]>([])

    init(_ script: Script) {
        // A client that has gone is no reason to end.
        signal(SIGPIPE, SIG_IGN)
        // For more than come at a time: whom a full queue turns away without a word waits for a greeting for ever.
        (listener, endpoint) = FakeServer.listen(ipv6: false, backlog: 1024)
        Thread.detachNewThread { [listener, self] in
            while case let connection = acceptAlone(listener), connection >= 0 {
                Thread.detachNewThread { self.serve(connection, script) }
            }
            Glibc.close(listener)
        }
    }

    /// What the last client said, as text.
    var said: [String] { heard.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func serve(_ connection: Int32, _ script: Script) {
        let said = script.play(reading: connection, writing: connection)
        heard.withLock { $0 = said }
        if case .resets = script.ending {
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(connection, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        }
        Glibc.close(connection)
    }
}

import ControlSocket
import EventLoop
import Glibc
import MachineFacts
import NameAsking
import NameQuestions

/// A program of the same directord that runs as another user and connects to a socket that everybody may open.
@LoopActor final class Colleague {
    enum Verdict {
        case meant, stranger
        /// It will be known when it comes again.
        case unknownYet
    }

    private nonisolated static let patience = Duration.seconds(10)

    private let name: String
    private let runtimeDirectory: String
    /// The user that it becomes when it is started by root.
    private var user: UInt32?
    private var isAsking = false

    init(_ name: String, runtimeDirectory: String) {
        self.name = name
        self.runtimeDirectory = runtimeDirectory
    }

    /// It has root's user or ours, or was started by who started this process and is on directord's list. Where there
    /// is no such list, as on a full disk, it has the user that it becomes; that alone is not enough: others share it.
    func judge(_ peer: Peer) -> Verdict {
        if [0, getuid()].contains(peer.uid) { return .meant }
        guard Self.parent(of: peer.pid) == getppid() else { return .stranger }
        let listed = ProcessTable(runtimeDirectory: runtimeDirectory).processes
        if listed.contains(where: { $0.name == name && $0.pid == peer.pid }) { return .meant }
        if let user { return peer.uid == user ? .meant : .stranger }
        askForUser()
        return .unknownYet
    }

    private func askForUser() {
        guard !isAsking else { return }
        isAsking = true
        let questions = [name, "nobody"].map { NameQuestion.user($0) }
        EventLoop.main.task { @LoopActor [self] in
            defer { isAsking = false }
            let answers = try? await EventLoop.main.runBlocking { NameClient.ask(questions, within: Self.patience) }
            for question in questions {
                let answer = answers?[question]
                if case .user(let uid, _)? = answer {
                    user = uid
                    return
                }
                // One whom nobody could look up may be the one.
                guard answer == NameAnswer.none else { break }
            }
            // Not at each of its attempts.
            await EventLoop.main.sleep(for: Self.patience)
        }
    }

    /// The fourth field of /proc/PID/stat (proc(5)); the second is a name in parentheses that may hold anything.
    private static func parent(of pid: Int32) -> Int32? {
        guard let file = fopen("/proc/\(pid)/stat", "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1024)
        let count = fread(&bytes, 1, bytes.count, file)
        guard let end = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = String(decoding: bytes[(end + 1)..<count], as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? Int32(fields[1]) : nil
    }
}

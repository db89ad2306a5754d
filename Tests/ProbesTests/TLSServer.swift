import Foundation
import Glibc
import NetworkTypes

/// `openssl s_server` with a key pair made for the occasion: a self-signed certificate that no one vouches for but
/// itself.
final class TLSServer {
    let endpoint: Endpoint
    private let process: pid_t
    private let directory: String
    private var pipes: [Int32] = []

    /// The certificate, with which it can be verified.
    var certificate: String { directory + "/certificate.pem" }

    /// Nil where there is no openssl.
    /// - Parameters:
    ///   - script: what is said to the first client; web pages are served without one.
    ///   - name: whom the certificate is for, a DNS name or IP address as openssl has it.
    init?(_ options: [String] = [], script: Script? = nil, name: String = "DNS:nobody.invalid") {
        let places = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
        guard let tool = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else { return nil }
        var template = Array("/tmp/tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let pair = ["-keyout", directory + "/key.pem", "-out", directory + "/certificate.pem"]
        let made = Self.spawn(
            [tool, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
                + ["-subj", "/CN=nobody.invalid", "-addext", "subjectAltName=\(name)"] + pair)
        waitpid(made, nil, 0)
        // A port that was free a moment ago.
        let (listener, endpoint) = FakeServer.listen(ipv6: false, backlog: 1)
        Glibc.close(listener)
        self.endpoint = endpoint
        let arguments =
            [tool, "s_server", "-quiet", "-accept", "127.0.0.1:\(endpoint.port)"]
            + ["-key", directory + "/key.pem", "-cert", directory + "/certificate.pem"]
            + ["-key2", directory + "/key.pem", "-cert2", directory + "/certificate.pem"] + options
        guard let script else {
            process = Self.spawn(arguments + ["-www"])
            return
        }
        // What the client says comes from its standard output, and its standard input goes to the client.
        signal(SIGPIPE, SIG_IGN)
        var (toServer, fromServer): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&toServer) == 0, pipe(&fromServer) == 0 else { return nil }
        for descriptor in toServer + fromServer { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        process = Self.spawn(arguments, input: toServer[0], output: fromServer[1])
        Glibc.close(toServer[0])
        Glibc.close(fromServer[1])
        let (output, input) = (toServer[1], fromServer[0])
        pipes = [output, input]
        let server = process
        Thread.detachNewThread {
            _ = script.play(reading: input, writing: output)
            if case .closes = script.ending { kill(server, SIGKILL) }
        }
    }

    func stop() {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        for descriptor in pipes { Glibc.close(descriptor) }
        try? FileManager.default.removeItem(atPath: directory)
    }

    private static func spawn(_ arguments: [String], input: Int32? = nil, output: Int32? = nil) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        for descriptor in 0...2 as ClosedRange<Int32> {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) }
        if let output { posix_spawn_file_actions_adddup2(&actions, output, 1) }
        // Connections of other tests must end when those close them.
        for descriptor in 3..<1024 as Range<Int32> { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        var process: pid_t = -1
        posix_spawn(&process, arguments[0], &actions, nil, words, environ)
        for word in words { free(word) }
        posix_spawn_file_actions_destroy(&actions)
        return process
    }
}

import Foundation
import Glibc
import NetworkTypes

/// `openssl s_server` with a key pair made for the occasion: a self-signed certificate that no one vouches for.
final class TLSServer {
    let endpoint: Endpoint
    private let process: pid_t
    private let directory: String

    /// Nil where there is no openssl.
    init?(_ options: [String] = []) {
        let places = ["/usr/bin/openssl", "/usr/local/bin/openssl"]
        guard let tool = places.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else { return nil }
        var template = Array("/tmp/tls-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { return nil }
        directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let pair = ["-keyout", directory + "/key.pem", "-out", directory + "/certificate.pem"]
        let made = Self.spawn(
            [tool, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
                + ["-subj", "/CN=nobody.invalid"] + pair)
        waitpid(made, nil, 0)
        // A port that was free a moment ago.
        let (listener, endpoint) = FakeServer.listen(ipv6: false, backlog: 1)
        Glibc.close(listener)
        self.endpoint = endpoint
        process = Self.spawn(
            [tool, "s_server", "-quiet", "-www", "-accept", "127.0.0.1:\(endpoint.port)"]
                + ["-key", directory + "/key.pem", "-cert", directory + "/certificate.pem"]
                + ["-key2", directory + "/key.pem", "-cert2", directory + "/certificate.pem"] + options)
    }

    func stop() {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        try? FileManager.default.removeItem(atPath: directory)
    }

    private static func spawn(_ arguments: [String]) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        for descriptor in 0...2 as ClosedRange<Int32> {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        var process: pid_t = -1
        posix_spawn(&process, arguments[0], &actions, nil, words, environ)
        for word in words { free(word) }
        posix_spawn_file_actions_destroy(&actions)
        return process
    }
}

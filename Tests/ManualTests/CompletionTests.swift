import Manual
import Testing

struct CompletionTests {
    static let services = [
        Completion.Service(
            "TCP 192.0.2.1:80", servers: [.init("10.0.0.1:80"), .init("10.0.0.2:80")],
            standIns: [.init("10.0.1.1:80")]),
        Completion.Service("TCP 192.0.2.1:53", servers: [.init("10.0.0.5:53")]),
        Completion.Service("UDP 192.0.2.1:53", servers: [.init("10.0.0.6:53")]),
        Completion.Service("FWM 7 IPv6", servers: [.init("[2001:db8::1]:80")]),
        Completion.Service("FWM 7", servers: [.init("10.0.0.7:80")]),
    ]

    @Test(arguments: [
        (["dr"], ["drain"]),
        (["st"], ["status", "standby"]),
        (["status", "--j"], ["--json"]),
        (["status", "--json", "--"], ["--runtime-dir", "--help"]),
        (["events", "--severity", "w"], ["warning"]),
        (["completions", ""], ["bash", "zsh", "fish"]),
        (["completions", "bash", ""], []),
        (["manual", "--page", "dir"], ["director", "directord"]),
        (["drain", "192"], ["192.0.2.1:80"]),
        (["drain", "--", "192"], ["192.0.2.1:80"]),
        (["drain", "--", "-"], []),
        (["alive", "job", "--while", "rsync", "-"], []),
        (["drain", ""], ["192.0.2.1:80", "TCP", "UDP", "FWM"]),
        (["drain", "TCP", ""], ["192.0.2.1:80", "192.0.2.1:53"]),
        (["drain", "tcp", "192.0.2.1:53", ""], ["10.0.0.5:53"]),
        (["drain", "192.0.2.1:80", "10.0.0.2"], ["10.0.0.2:80"]),
        (["drain", "--runtime-dir", "/run/x", "192.0.2.1:80", ""], ["10.0.0.1:80", "10.0.0.2:80"]),
        (["drain", "FWM", ""], ["7"]),
        (["drain", "FWM", "7", ""], ["IPv6", "10.0.0.7:80"]),
        (["drain", "FWM", "7", "IPv6", ""], ["[2001:db8::1]:80"]),
        (["explain", "10.0.0.1"], ["10.0.0.1:80"]),
        (["explain", "192.0.2.1:80", ""], ["10.0.0.1:80", "10.0.0.2:80", "10.0.1.1:80"]),
        (["explain", "10.0.1"], ["10.0.1.1:80"]),
        (["nonsense", ""], []),
        (["event", ""], []),
        (["event", "disk-full", ""], ["up", "down"]),
        (["event", "--source", "ups1", "disk-full", "d"], ["down"]),
        (["event", "disk-full", "up", ""], []),
        (["he"], ["help"]), (["help", "ma"], ["manual"]), (["help", "top", ""], []),
        (["events", "--event", "re"], ["real-server-up"]),
        (["events", "-f", "--s"], ["--since", "--severity", "--service", "--server"]),
        (["ldirectord", ""], ["start", "stop", "restart", "try-restart", "reload", "force-reload", "status"]),
        (["ldirectord", "a.cf", "re"], ["restart", "reload"]), (["ldirectord", "start", ""], []),
        (["ipvs", "-"], ["--add-service", "--set"]), (["ipvs", ""], []),
        (["drain", "--runtime-dir=/run/x", "192.0.2.1:80", "10.0.0.1"], ["10.0.0.1:80"]),
    ])
    func wordsAreOffered(words: [String], wanted: [String]) {
        let known = Completion.Known(
            services: Self.services, events: ["started", "real-server-up"], ipvsadm: ["--add-service", "--set"])
        guard case .words(let found) = Completion(words).answer(known) else {
            Issue.record("no words")
            return
        }
        #expect(found.map(\.word) == wanted)
    }

    @Test func filesAndFoldersAreTheShells() {
        #expect(Completion(["check", ""]).answer() == .files)
        #expect(Completion(["check", "a", ""]).answer() == .words([]))
        #expect(Completion(["ldirectord", "/etc/"]).answer() == .files)
        #expect(Completion(["status", "--runtime-dir", ""]).answer() == .folders)
    }

    @Test func aDaemonIsAskedOnlyForWhatItKnows() {
        #expect(Completion(["dr"]).daemon == nil)
        #expect(Completion(["drain", "--"]).daemon == nil)
        #expect(Completion(["drain", ""]).daemon == "/run/director")
        #expect(Completion(["explain", "--runtime-dir", "/run/x", ""]).daemon == "/run/x")
        #expect(Completion(["explain", "--runtime-dir=/run/x", ""]).daemon == "/run/x")
    }
}

import DirectorConfig
import EventLoop
import Glibc
import Logging

/// One run of a plugin for a peer at a time, however many wait for its end: each of them is told, by the driver that is
/// at work by then.
@LoopActor final class FencingDesk {
    /// Who wants a peer fenced. Groups by name: their numbers change when the file does.
    enum Client: Hashable {
        case group(String)
        case policy(group: String)
    }

    private struct Run: Hashable {
        var plugin: String
        var parameters: [FenceConfiguration.Parameter]
        var peer: String?
    }

    private var waiting: [Run: [Client]] = [:]
    var onEnd: @LoopActor (_ peer: String?, _ clients: [Client], _ success: Bool) -> Void = { _, _, _ in }

    func fence(_ peer: String?, by configuration: FenceConfiguration, for client: Client, _ log: Logger) {
        let run = Run(plugin: configuration.plugin, parameters: configuration.parameters, peer: peer)
        guard waiting[run] == nil else {
            if waiting[run]?.contains(client) == false { waiting[run]?.append(client) }
            return
        }
        waiting[run] = [client]
        Fencer(configuration: configuration, log: log).fence(peer) { [self] success in
            onEnd(peer, waiting.removeValue(forKey: run) ?? [], success)
        }
    }
}

/// Runs a STONITH plugin (`PLUGIN reset HOST`, parameters in its environment, exit status 0 when the host is off).
@LoopActor struct Fencer {
    private static let folder = "/usr/lib/stonith/plugins/external/"

    let configuration: FenceConfiguration
    let log: Logger

    /// `peer` is named as NAME@ADDRESS; the plugin knows NAME. Nil for a peer that was never heard: the plugin is asked
    /// for the one host that it controls.
    func fence(_ peer: String?, _ done: @escaping @LoopActor (Bool) -> Void) {
        if let host = peer?.split(separator: "@").first.map(String.init) {
            return run(["reset", host]) { done($0 != nil) }
        }
        run(["gethosts"]) { hosts in
            let names = (hosts ?? "").split(whereSeparator: \.isWhitespace)
            guard names.count == 1 else {
                log.error(
                    "fence: the peer was never heard, and the plugin controls \(names.count) hosts: which one is meant?"
                )
                return done(false)
            }
            run(["reset", String(names[0])]) { done($0 != nil) }
        }
    }

    /// Its output, nil when it failed.
    private func run(_ arguments: [String], _ done: @escaping @LoopActor (String?) -> Void) {
        var name = configuration.plugin
        if name.hasPrefix("external/") { name = String(name.dropFirst(9)) }
        let path = name.hasPrefix("/") ? name : Self.folder + name
        if let problem = TrustedProgram.problem(path) {
            log.error("fence: \(problem)")
            return EventLoop.main.post { done(nil) }
        }
        var options = ChildProcess.Options()
        options.environment = [TrustedProgram.path, "HA_LOGTAG=director"]
        options.environment += configuration.parameters.map { "\($0.name)=\($0.value)" }
        options.outputLimit = 4096
        options.leavesNothing = true
        let limit = configuration.timeout
        do {
            var deadline: LoopTimer?
            let child = try ChildProcess.spawn(path, arguments, options) { child in
                deadline?.cancel()
                let text = String(decoding: child.output, as: UTF8.self)
                let isDone = child.end?.isSuccess == true
                log.log(
                    level: isDone ? .notice : .error,
                    "fence: \(name) \(arguments.joined(separator: " ")): \(isDone ? "done" : "failed, it \(child.end.map { "\($0)" } ?? "did not end")")"
                )
                done(isDone ? text : nil)
            }
            deadline = EventLoop.main.schedule(after: limit) {
                log.error("fence: \(name) \(arguments.joined(separator: " ")) takes longer than \(limit) and is killed")
                child.kill(SIGKILL)
            }
        } catch {
            log.error("fence: \(error)")
            EventLoop.main.post { done(nil) }
        }
    }
}

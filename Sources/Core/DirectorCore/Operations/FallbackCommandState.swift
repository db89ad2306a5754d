import DirectorConfig
package import VirtualServers

/// When a service's fallbackcommand is called: `start` when none of its real servers is up, `stop` when one is, each
/// once; another command is told of the present state too. As long as servers have not been checked and none is up,
/// nothing is known and nothing is called.
package struct FallbackCommandState: Sendable {
    package enum Word: String, Sendable {
        case start
        case stop
    }

    package struct Call: Hashable, Sendable {
        package var service: VirtualService.ID
        package var word: Word
        /// For the shell: the command of the configuration with the word and the service behind it.
        package var line: String
    }

    private struct Told: Hashable, Sendable {
        var word: Word
        var command: String?
    }

    private var told: [VirtualService.ID: Told] = [:]

    package init() {}

    /// What has to be called now for a service, whose command is `command`.
    package mutating func call(for state: ServiceState, command: String?) -> Call? {
        let id = state.configuration.service.id
        let word: Word
        if state.upCount > 0 || !state.kept.isEmpty {
            word = .stop
        } else if state.isSettled {
            word = .start
        } else {
            return nil
        }
        let now = Told(word: word, command: command)
        guard told.updateValue(now, forKey: id) != now, let command, !command.isEmpty else { return nil }
        return Call(service: id, word: word, line: "\(command) \(word.rawValue) \(id.fallbackArguments)")
    }

    /// Services that are gone are forgotten.
    package mutating func keep(_ isKept: (VirtualService.ID) -> Bool) {
        told = told.filter { isKept($0.key) }
    }
}

extension ServiceState {
    /// Every real server has been checked, or is not checked at all, and so have their agents.
    package var isSettled: Bool {
        health.values.allSatisfy { $0.state != .unverified } && agents.values.allSatisfy { !$0.isAwaited }
    }
}

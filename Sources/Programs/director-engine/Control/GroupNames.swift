import ControlProtocol
import DirectorConfig
import NameAsking
import NameQuestions

/// The groups of the configuration as the numbers that the kernel knows processes by. It blocks: names may be looked up
/// over the network.
enum GroupNames {
    private static let patience = Duration.seconds(30)

    /// A group that the machine does not have lets nobody in, which is said.
    /// - Returns: besides, whether another time may bring another answer.
    static func resolve(
        _ settings: AccessSettings, owner: UInt32
    ) -> (access: ControlAccess, problems: [String], isForNow: Bool) {
        var access = ControlAccess(owner: owner)
        var problems: [String] = []
        var isForNow = false
        let known = known(settings)
        func number(_ name: String, _ key: String) -> UInt32? {
            if let number = UInt32(name) { return number }
            switch known[.group(name)] {
            case .group(let number): return number
            case .trouble(let reason):
                isForNow = true
                problems.append("\(key) = \(name) cannot be looked up: \(reason); only root is let in")
            default:
                problems.append(
                    "\(key) = \(name): this machine has no such group (groupadd \(name)); only root is let in")
            }
            return nil
        }
        switch settings.readers {
        case .everybody?: access.readers = .everybody
        case .group(let name)?: access.readers = number(name, "readers").map { .group($0) } ?? .owner
        case nil: break
        }
        access.reporters = settings.reporters.flatMap { number($0, "reporters") }
        access.operators = settings.operators.flatMap { number($0, "operators") }
        return (access, problems, isForNow)
    }

    private static func known(_ settings: AccessSettings) -> NameAnswers {
        var names = [settings.reporters, settings.operators].compactMap(\.self)
        if case .group(let name)? = settings.readers { names.append(name) }
        return NameClient.ask(names.filter { UInt32($0) == nil }.map { .group($0) }, within: patience)
    }
}

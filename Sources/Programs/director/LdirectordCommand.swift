import ConfigurationFiles
import DirectorConfig
import DirectorCore
import Glibc
import LdirectordTool
import Logs
import MachineFacts

/// ldirectord's command line, under its own name or behind `director ldirectord`.
enum LdirectordCommand {
    /// ldirectord's exit status for wrong usage.
    private static let wrongUsage: Int32 = 255
    /// The file cannot be used.
    private static let refusedFile: Int32 = 2
    private static let stopLimit: Int64 = 30

    static func run(_ arguments: [String]) -> Int32 {
        switch LdirectordInvocation.parse(arguments) {
        case .usage(let unknownOption):
            // As ldirectord has it, for scripts that look at the one or the other.
            if let unknownOption { complain("Unknown option: \(unknownOption)") }
            StandardStream.output.write(LdirectordInvocation.usage)
            return wrongUsage
        case .help:
            StandardStream.output.write(LdirectordInvocation.help)
            return 0
        case .version:
            StandardStream.output.write("Linux Director: ldirectord's command line of director \(Release.version)\n")
            return 0
        case .run(let invocation):
            guard let files = InstanceFiles(invocation) ?? withoutFile(invocation) else {
                complain("Config file \(invocation.file) not found")
                return 1
            }
            return run(invocation, files, arguments)
        }
    }

    /// Who took the file away can still ask for the instance and stop it.
    private static func withoutFile(_ invocation: LdirectordInvocation) -> InstanceFiles? {
        guard [.status, .stop].contains(invocation.command) else { return nil }
        return InstanceFiles(runningWithoutFile: invocation)
    }

    private static func run(_ invocation: LdirectordInvocation, _ files: InstanceFiles, _ words: [String]) -> Int32 {
        let instance = RunningInstance(files)
        switch invocation.command {
        case .status: return status(files, instance)
        case .stop:
            record(words, files)
            guard let instance else { return 0 }
            return stop(instance, files) ? 0 : 1
        case .start, .restart, .tryRestart, .reload, .forceReload: break
        }
        // What changes something reads the file first; one that cannot be used harms nothing that runs.
        guard let configuration = checked(files) else { return refusedFile }
        record(words, files)
        switch invocation.command {
        case .reload, .forceReload:
            guard let instance, instance.reload() else {
                complain("ldirectord is stopped for \(files.configuration)")
                return 1
            }
            return 0
        case .start where instance != nil: return 0
        case .tryRestart where instance == nil: return 0
        default:
            if let unit = files.service?.unit {
                complain("\(ServiceInstance.restart(unit: unit))")
                return 1
            }
            if let instance, !stop(instance, files) { return 1 }
            return start(files, configuration, debug: invocation.debug)
        }
    }

    private static func start(_ files: InstanceFiles, _ configuration: Configuration, debug: Bool) -> Int32 {
        let process = DirectorProcess(files)
        if debug || configuration.operations.supervised {
            complain("\(process.become(debug: debug))")
            return 1
        }
        do {
            try process.start()
            return 0
        } catch {
            complain("\(error.isRunning ? "not ready" : "not started") for \(files.configuration): \(error)")
            return 1
        }
    }

    private static func stop(_ instance: RunningInstance, _ files: InstanceFiles) -> Bool {
        if instance.stop(within: stopLimit) { return true }
        complain("ldirectord for \(files.configuration), pid \(instance.pid), has not ended after \(stopLimit) s")
        return false
    }

    private static func status(_ files: InstanceFiles, _ instance: RunningInstance?) -> Int32 {
        // Host names are not looked up for this: who asks is not to wait for name servers.
        let parsed = parse(files, resolvingNames: false)
        tell(parsed?.diagnostics.filter { $0.severity == .error } ?? [])
        guard let instance else {
            let isStale = files.writtenPid() != nil
            if isStale {
                StandardStream.error.write(
                    "ldirectord stale pid file \(files.pidFile) for \(files.configuration)\n")
            }
            StandardStream.output.write("ldirectord is stopped for \(files.configuration)\n")
            return isStale ? 1 : 3
        }
        StandardStream.error.write("ldirectord for \(files.configuration) is running with pid: \(instance.pid)\n")
        for tail in parsed?.configuration?.operations.execute ?? [] {
            let words = tail.split(separator: " ").map(String.init) + ["status"]
            // An instance that names itself would ask itself for ever.
            if case .run(let other) = LdirectordInvocation.parse(words), other.instance != files.instance,
                let others = InstanceFiles(other)
            {
                _ = statusOfFurther(others)
            }
        }
        return 0
    }

    private static func statusOfFurther(_ files: InstanceFiles) -> Int32 {
        if let instance = RunningInstance(files) {
            StandardStream.error.write("ldirectord for \(files.configuration) is running with pid: \(instance.pid)\n")
            return 0
        }
        StandardStream.output.write("ldirectord is stopped for \(files.configuration)\n")
        return 3
    }

    // MARK: - The file

    /// Nil when it cannot be used; all that is to be said of it is said.
    private static func checked(_ files: InstanceFiles) -> Configuration? {
        guard let parsed = parse(files, resolvingNames: true) else {
            complain("cannot read \(files.configuration)")
            return nil
        }
        tell(parsed.diagnostics)
        return parsed.configuration
    }

    private static func parse(_ files: InstanceFiles, resolvingNames: Bool) -> ParsedConfiguration? {
        try? ConfigurationFile.parse(path: files.configuration, resolvingNames: resolvingNames)
    }

    /// In ldirectord's form.
    private static func tell(_ diagnostics: [Diagnostic]) {
        let lines = diagnostics.map { problem in
            let kind = problem.severity == .error ? "Error" : "Warning"
            let place = problem.line == 0 ? "" : " at line \(problem.line)"
            return "\(kind) [\(getpid())] reading file \(problem.file)\(place): \(problem.text)\n"
        }
        StandardStream.error.write(lines.joined())
    }

    private static func complain(_ text: String) {
        StandardStream.error.write("\(text)\n")
    }

    // MARK: - The log

    /// That it was called stands in the log, as far as that is a file; a log that fails hurts nothing.
    private static func record(_ words: [String], _ files: InstanceFiles) {
        let operations = parse(files, resolvingNames: false)?.configuration?.operations
        let path: String
        switch operations?.logDestination {
        case .file(let written): path = written
        case .facility: return
        case nil: path = "/var/log/ldirectord.log"
        }
        guard operations?.supervised != true else { return }
        let line = "Invoking ldirectord invoked as: ldirectord \(words.joined(separator: " "))"
        LdirectordLogFile.append(line, instance: files.instance, to: path)
    }
}

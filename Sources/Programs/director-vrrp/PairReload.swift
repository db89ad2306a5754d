import ConfigurationFiles
import ControlProtocol
import Daemons
import DirectorConfig
import EventLoop
import Failover
import Logging
import VirtualRouting

/// Another configuration while the pair is at work, in two steps: the engine has it prepared, and after the kernel has
/// taken its part has it put in force, or dropped. Either all of a file counts or nothing of it.
@LoopActor final class PairReload {
    private let options: DaemonOptions
    private let log: Logger
    private var driver: PairDriver
    private let onSuccession: (PairDriver) -> Void
    private struct Candidate {
        let sections: Configuration
        let keys: LinkKeys?
        let fileDigest: UInt64
        /// Nil where nothing but the keys can be another.
        var successor: PairDriver?
        /// The machine has changed since then: another one is needed.
        var isStale = false
    }

    /// What was prepared.
    private var candidate: Candidate?
    private var saidProblem: String?

    init(
        _ options: DaemonOptions, _ log: Logger, _ driver: PairDriver,
        onSuccession: @escaping @LoopActor (PairDriver) -> Void
    ) {
        self.options = options
        self.log = log
        self.driver = driver
        self.onSuccession = onSuccession
        follow(driver)
    }

    /// Reads the file and looks whether its vrrp sections can work here. Nothing changes yet.
    /// - Parameter digest: the content that the engine has read.
    func prepare(digest: String) async -> PairAnswer {
        abort()
        let path = options.configurationFile
        do {
            // On a thread of ordinary priority, however large the file is. The engine looks up the names of hosts.
            let file = try await EventLoop.main.runBlocking { try ConfigurationFile(path: path, resolvingNames: false) }
            guard String(file.digest, radix: 16) == digest else {
                return .refused("\(path) has changed since it was read")
            }
            guard let parsed = file.parsed.configuration else { return .refused("\(path) cannot be used") }
            guard !parsed.routers.isEmpty else { return .refused("\(path) has no vrrp section") }
            let keys = try parsed.routers.lazy.compactMap(\.keys).first.map { try LinkKeyFile.read($0) }
            // Whoever else has asked meanwhile is overtaken.
            abort()
            var new = Candidate(sections: parsed, keys: keys, fileDigest: file.digest)
            new.successor = try successor(new)
            candidate = new
            return .done("prepared")
        } catch {
            return .refused("\(error)")
        }
    }

    /// Who goes on with these sections; nil where they are as they were, and so is what they stand on. What is missing
    /// while they are as they were is missing without this file, too, and it may be about something else.
    private func successor(_ candidate: Candidate) throws -> PairDriver? {
        let sections = candidate.sections
        let before = driver.configuration
        let isAsBefore = sections.routersAsWritten(after: before) == before.routersAsWritten()
        do {
            let configuration = try InterfaceFinder.complete(sections)
            try checkLinks(of: configuration)
            let new = try PairDriver(
                configuration, keys: candidate.keys, runtimeDirectory: options.runtimeDirectory,
                expectsEngine: options.hasEngine, name: driver.node.peers.name, inPlaceOf: driver, log: log)
            new.fileDigest = candidate.fileDigest
            try checkInterfaces(of: new)
            let isChange =
                configuration.routersAsWritten() != driver.configuration.routersAsWritten()
                || new.addresses.isElsewhere(than: driver.addresses)
            return isChange ? new : nil
        } catch {
            guard isAsBefore else { throw error }
            return nil
        }
    }

    /// An interface that was in use and is gone, or could not be used before, is no worse with other settings.
    private func checkInterfaces(of new: PairDriver) throws {
        let before = driver.addresses
        for section in new.configuration.routers {
            for name in [section.interface] + section.addresses.compactMap(\.device) {
                guard let why = new.addresses.unusable[name], before.unusable[name] == nil else { continue }
                guard before.interfaces[name] == nil || NetworkInterface.index(name) != nil else { continue }
                throw AddressPlan.Problem(description: "vrrp section '\(section.name)': \(why)")
            }
        }
    }

    /// A link that is closed already is no worse with other settings.
    private func checkLinks(of configuration: Configuration) throws {
        let closed = driver.closedLinks
        for link in configuration.links where closed[link.medium] == nil {
            guard let name = link.medium.interface else { continue }
            guard NetworkInterface.index(name) != nil else {
                throw AddressPlan.Problem(description: "link = \(link.medium): there is no interface \(name)")
            }
        }
    }

    func commit() -> PairAnswer {
        guard let prepared = candidate else { return .refused("nothing was prepared") }
        abort()
        do {
            guard let new = try prepared.isStale ? successor(prepared) : prepared.successor else {
                driver.keys = prepared.keys
                driver.fileDigest = prepared.fileDigest
                return .done("the vrrp sections are as they were")
            }
            try new.succeed(driver)
            follow(new)
            onSuccession(new)
            return .done("the vrrp sections are in force")
        } catch {
            return .refused("the vrrp sections stay as they were: \(error)")
        }
    }

    private func follow(_ new: PairDriver) {
        driver = new
        saidProblem = nil
        new.onRenewal = { [unowned self] in renew($0) }
    }

    /// The same configuration on a machine whose interfaces or addresses are others by now. What cannot be done yet is
    /// asked for again. Returns whether it was done.
    private func renew(_ why: String) -> Bool {
        // It was made for the machine as it was.
        candidate?.successor = nil
        candidate?.isStale = true
        do {
            let new = try PairDriver(
                driver.configuration, keys: driver.keys, runtimeDirectory: options.runtimeDirectory,
                expectsEngine: options.hasEngine, name: driver.node.peers.name, after: driver, log: log)
            try new.succeed(driver, renewedFor: why)
            follow(new)
            onSuccession(new)
            return true
        } catch {
            let problem = "\(why), and cannot be used yet: \(error)"
            if saidProblem != problem { log.error("\(problem)") }
            saidProblem = problem
            return false
        }
    }

    /// What was made for it goes, too.
    func abort() { candidate = nil }

    /// Without an engine, a signal has the key file read again.
    func rereadKeys() {
        guard let path = driver.configuration.routers.lazy.compactMap(\.keys).first else { return }
        do throws(LinkKeyFile.Refusal) {
            let keys = try LinkKeyFile.read(path)
            driver.keys = keys
            log.info("link keys \(keys.ids), signing with \(keys.signing)")
        } catch {
            log.error("the link keys stay as they are: \(error)")
        }
    }
}

extension Configuration {
    /// The sections without their places in the file; one that names no interface has the one that was found for it.
    fileprivate func routersAsWritten(after found: Configuration? = nil) -> [RouterConfiguration] {
        routers.map { router in
            var copy = router
            copy.line = 0
            if copy.interface.isEmpty {
                copy.interface = found?.routers.first { $0.name == router.name }?.interface ?? ""
            }
            return copy
        }
    }
}

import Actions
import Daemons
import DirectorConfig
import DirectorCore
import EventLoop
import HealthChecking
import Logging
import MachineFacts
import TimeTypes
import VirtualServers

/// What ldirectord's keys of operation ask for, done beside the balancing and never in its way: mail, commands, files
/// of lines, further instances, the maintenance directory. What is to be done is decided by values of DirectorCore.
@LoopActor final class Operations {
    /// How often it is looked whether the start is over, mail is to be repeated, or the maintenance directory changed.
    static let period = Duration.milliseconds(250)
    /// What a start, or a reload, may take until every server has been checked.
    static let longestStart = Duration.seconds(120)
    /// How long the end waits for mail, commands and files.
    static let farewellLimit = Duration.seconds(4)

    private unowned let engine: Engine
    let log: Logger
    let programs = ProgramRunner()
    private var appender: FileAppender?
    private var mail: MailRunner?
    private var messages: MessageLog?
    private var monitorFiles: MonitorFiles?
    private var instances: FurtherInstances?
    private var maintenance: MaintenanceWatch?
    private var alerts = AlertPolicy(AlertSettings())
    private var fallbacks = FallbackCommandState()
    /// Whether any service has a fallbackcommand, or a monitorfile: asked for each result, so not looked up then.
    private var hasCommands = false
    private var hasMonitorFiles = false
    /// Whether anybody may get mail.
    private var hasRecipients = false
    private var phase = DaemonPhase(.starting, until: EventLoop.now + Operations.longestStart)

    init(_ engine: Engine) {
        self.engine = engine
        log = engine.log
    }

    private var settings: OperationSettings { engine.configuration?.operations ?? OperationSettings() }

    // MARK: - The life of the configuration

    func begin() {
        let appender = FileAppender { [unowned self] problem in trouble(problem) }
        self.appender = appender
        mail = MailRunner(users: engine.users) { [unowned self] isFinal, text, depth in
            trouble(text, isFinal ? .error : .warning, depth: depth)
        }
        monitorFiles = MonitorFiles(appender)
        messages = MessageLog(engine.options, appender)
        instances = FurtherInstances(self)
        maintenance = MaintenanceWatch(engine)
        takeSettings()
        instances?.begin(settings.execute)
        tick()
    }

    /// Another configuration is about to be taken over.
    func loading() {
        phase.begin(.reloading, at: EventLoop.moment, for: Self.longestStart)
    }

    /// Another configuration is in force.
    func reloaded() {
        takeSettings()
        decided()
        instances?.reload(settings.execute)
    }

    private func takeSettings() {
        messages?.open(settings.logDestination)
        alerts.reconfigure(settings.alerts) { [engine] in engine.state(of: $0)?.configuration }
        fallbacks.keep { [engine] in engine.state(of: $0) != nil }
        maintenance?.directory = settings.maintenanceDirectory
        let virtuals = engine.configuration?.virtuals ?? []
        hasCommands = settings.fallbackCommand != nil || virtuals.contains { $0.fallbackCommand != nil }
        hasMonitorFiles = virtuals.contains { $0.monitorFile != nil }
        hasRecipients = virtuals.contains(where: alerts.concerns)
        if let callback = settings.callback, !callback.isEmpty, !ProgramEnvironment.isExecutable(callback) {
            trouble("callback \(callback) is no program that can be run: it is the path of one, without arguments")
        }
    }

    private func tick() {
        phase.update(at: EventLoop.now) { [engine] since in engine.allChecked(since: since) }
        for mail in alerts.repetitions(in: phase.state, at: EventLoop.now) { send(mail) }
        maintenance?.look()
        EventLoop.main.schedule(after: Self.period) { [weak self] in self?.tick() }
    }

    // MARK: - What happens

    /// Every event, in order.
    func take(_ records: [EventRecord]) {
        for record in records {
            guard let id = record.service, let virtual = engine.state(of: id)?.configuration,
                let message = ServerMessage(record, virtual)
            else {
                messages?.write(record.text)
                continue
            }
            // ldirectord never says why a server is down; that is worth a line.
            if record.kind == .realServerDown { messages?.write(record.text) }
            take(message, of: virtual)
        }
    }

    private func take(_ message: ServerMessage, of virtual: VirtualConfiguration?) {
        messages?.write(message.text)
        guard let virtual, let mail = alerts.take(message, of: virtual, in: phase.state, at: EventLoop.now) else {
            return
        }
        send(mail)
    }

    /// Mail that a policy asks for; who sends it, and by which server, the keys of alerts say.
    func send(_ text: String, to recipients: [String], about service: VirtualService.ID?, depth: Int) {
        let virtual = service.flatMap { engine.state(of: $0)?.configuration }
        var mail = Mail(
            text: text, recipients: recipients, sender: settings.alerts.sender,
            server: virtual?.alerts.server ?? settings.alerts.server, state: phase.state,
            serviceName: virtual?.serviceName, comment: virtual?.comment)
        mail.depth = depth
        send(mail)
    }

    private func send(_ mail: Mail) {
        messages?.write("emailalert: \(mail.text)")
        self.mail?.send(mail)
    }

    /// Whether what happens to a server has to be put into ldirectord's words. Those of ten thousand cost more than
    /// bringing them into the kernel.
    private var isListenedTo: Bool {
        // Whom a new configuration names is known when it is in force.
        let isLoading = engine.director?.isLoading == true || engine.director?.isProvisional == true
        return isLoading || hasRecipients || alerts.hasOutages || messages?.isOpen == true
    }

    /// What the kernel has carried out.
    func applied(_ commands: CommandList, except refusals: [Director.Refusal]) {
        guard isListenedTo else { return }
        let refused = Set(refusals.map(\.command))
        let done = refused.isEmpty ? commands : CommandList(commands.lazy.filter { !refused.contains($0) })
        let words = ServerMessage.messages(for: done) { [engine] in engine.state(of: $0)?.configuration }
        for message in words { take(message, of: engine.state(of: message.service)?.configuration) }
    }

    /// The servers of services may have changed their state.
    func decided() {
        guard hasCommands, let configuration = engine.configuration else { return }
        let common = configuration.operations.fallbackCommand
        for virtual in configuration.virtuals {
            let command = virtual.fallbackCommand ?? common
            guard let state = engine.state(of: virtual.service.id),
                let call = fallbacks.call(for: state, command: command)
            else { continue }
            let name = "fallbackcommand of \(call.service)"
            messages?.write("Running \(call.line)")
            run(.shell(call.line, name: name), key: name)
        }
    }

    /// Results of checks, before they are judged.
    func checked(_ results: [(CheckID, CheckResult)]) {
        if hasMonitorFiles { monitorFiles?.write(results, engine) }
    }

    /// The content of the file has changed.
    func fileChanged(_ path: String, isReread: Bool) {
        messages?.write("Configuration file '\(path)' has changed on disk")
        messages?.write(isReread ? " - reread new configuration" : " - ignore new configuration")
    }

    /// After the content of the file has changed, whatever became of it.
    func callBack(_ path: String) {
        guard let callback = settings.callback, !callback.isEmpty else { return }
        guard ProgramEnvironment.isExecutable(callback) else { return }
        run(ProgramRequest(name: "callback", path: callback, arguments: [path]), key: "callback")
    }

    /// Runs a program and tells when it failed.
    func run(_ request: ProgramRequest, key: String) {
        programs.run(request, key: key) { [weak self] outcome in
            guard let self else { return }
            if outcome.isSuccess {
                log.info("\(request.name) \(outcome)")
            } else {
                trouble("\(request.name) \(outcome)")
            }
        }
    }

    /// Something outside did not do what it should; the balancing goes on.
    /// - Parameter depth: how many policies have led to it; a policy about failed actions must not go round for ever.
    func trouble(_ text: String, _ severity: EventRecord.Severity = .warning, depth: Int = 0) {
        var record = EventRecord(.actionFailed, severity, at: EventLoop.wallTime, text)
        record.depth = depth
        engine.report(record)
    }

    // MARK: - The end

    /// The engine stops: the further instances too.
    func stopping() {
        phase.begin(.stopping, at: EventLoop.moment, for: .zero)
        instances?.stop()
    }

    /// These services are gone from the kernel with their servers that were up.
    func purged(_ services: [ServiceState]) {
        guard isListenedTo else { return }
        for state in services {
            let up = state.configuration.reals.map(\.server.endpoint).filter { state.health[$0]?.state == .up }
            for message in ServerMessage.farewell(state.configuration, up: up) {
                take(message, of: state.configuration)
            }
        }
    }

    /// Gives what is on its way a moment.
    func finish() async {
        let end = EventLoop.now + Self.farewellLimit
        mail?.hurry()
        await programs.drain(within: end - EventLoop.now)
        await engine.policies.drain(within: end - EventLoop.now)
        await mail?.drain(within: end - EventLoop.now)
        await appender?.drain(within: end - EventLoop.now)
    }
}

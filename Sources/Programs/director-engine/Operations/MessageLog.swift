import Actions
import Daemons
import DirectorConfig
import EventLoop
import Glibc
import Logs
import MachineFacts

/// The log that `logfile` asks for, in ldirectord's form: a file, a facility of syslog, standard output when it is
/// supervised, standard error with -d. A log that fails hurts nothing.
@LoopActor final class MessageLog {
    private enum Sink {
        case none
        case file(String)
        case syslog(SyslogSocket)
        case stream(LineStream, dated: Bool)
    }

    /// Where ldirectord writes when nothing else is said.
    static let standardPath = "/var/log/ldirectord.log"

    private let options: DaemonOptions
    private let appender: FileAppender
    private var sink = Sink.none
    private var destination: LogDestination??

    init(_ options: DaemonOptions, _ appender: FileAppender) {
        self.options = options
        self.appender = appender
    }

    /// Whether anything is written.
    var isOpen: Bool { if case .none = sink { false } else { true } }

    func open(_ new: LogDestination?) {
        guard destination != .some(new) else { return }
        destination = .some(new)
        switch options.ldirectordMode {
        case .supervised: sink = .stream(LineStream(descriptor: 1), dated: true)
        case .debug: sink = .stream(LineStream(descriptor: 2), dated: false)
        case .daemon, nil:
            switch new {
            case .file(let path): sink = .file(path)
            case .facility(let name): sink = .syslog(SyslogSocket(facility: name, name: "ldirectord"))
            case nil: sink = options.ldirectordMode == .daemon ? .file(Self.standardPath) : .none
            }
        }
    }

    /// One line; the name of the instance is that of the file where directord was not started as ldirectord.
    func write(_ text: String) {
        // Few have such a log: nothing is made for nobody.
        lazy var line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        switch sink {
        case .none: break
        case .file(let path): appender.append("[\(now)|\(instance)|\(getpid())] \(line)\n", to: path)
        case .syslog(let socket): socket.write(line)
        case .stream(let stream, let dated): stream.write(dated ? "[\(now)] \(line)\n" : "\(line)\n")
        }
    }

    private var now: String { LocalClock.time(EventLoop.wallTime).ctimeText }

    private var instance: String {
        options.instance ?? options.configurationFile.split(separator: "/").last.map(String.init) ?? "ldirectord"
    }
}

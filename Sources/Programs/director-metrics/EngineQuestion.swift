import ControlProtocol
import ControlSocket
import DirectorCore
import EventLoop
import TimeTypes

/// The question that this program asks the engine, one at a time: everything that is counted and measured. Whoever asks
/// while it is under way, or within a second after, shares the answer.
@LoopActor final class EngineQuestion {
    struct Answer {
        /// The same for all who share it.
        var number: UInt64
        /// Nil when the engine does not answer.
        var report: MetricsReport?
        var problem: String?
        /// The last report of all, and when it came, for a page that says what was.
        var last: (report: MetricsReport, at: WallTime)?
    }

    static let patience = Duration.seconds(5)
    static let freshness = Duration.seconds(1)
    /// A report of ten thousand real servers has ten million bytes.
    static let lineLimit = 256 << 20

    private let path: String
    private var connection: StreamConnection?
    private var splitter = LineSplitter(limit: EngineQuestion.lineLimit)
    private var deadline: LoopTimer?
    private var waiting: [(Answer) -> Void] = []
    private var number: UInt64 = 0
    private var last: (report: MetricsReport, at: WallTime, instant: MonotonicInstant)?

    init(path: String) {
        self.path = path
    }

    func ask(_ body: @escaping @LoopActor (Answer) -> Void) {
        if let last, connection == nil, EventLoop.now - last.instant < Self.freshness {
            return body(Answer(number: number, report: last.report, last: (last.report, last.at)))
        }
        waiting.append(body)
        guard connection == nil else { return }
        do throws(SocketError) {
            let connection = try StreamConnection.connect(to: path, queueLimit: 1 << 16)
            connection.onData = { [unowned self] in receive($0) }
            connection.onClose = { [unowned self] in finish(nil, "the engine does not answer: \($0)") }
            self.connection = connection
            splitter = LineSplitter(limit: Self.lineLimit)
            deadline = EventLoop.main.schedule(after: Self.patience) { [unowned self] in
                finish(nil, "the engine has not answered within \(Self.patience.components.seconds) s")
            }
            connection.send(ControlRequest.metrics.json.line + [UInt8(ascii: "\n")])
        } catch {
            finish(nil, "\(error)")
        }
    }

    private func receive(_ bytes: ArraySlice<UInt8>) {
        do {
            guard let line = try splitter.lines(from: bytes).first else { return }
            switch try ControlResponse(json: JSON(parsing: line)) {
            case .done(let result): finish(try MetricsReport(json: result), nil)
            case .refused(let reason): finish(nil, "the engine refuses: \(reason)")
            }
        } catch {
            finish(nil, "the engine's answer cannot be understood: \(error)")
        }
    }

    private func finish(_ report: MetricsReport?, _ problem: String?) {
        deadline?.cancel()
        connection?.close()
        connection = nil
        splitter = LineSplitter(limit: Self.lineLimit)
        if let report { last = (report, EventLoop.wallTime, EventLoop.now) }
        number += 1
        let answer = Answer(number: number, report: report, problem: problem, last: last.map { ($0.report, $0.at) })
        let askers = waiting
        waiting = []
        for asker in askers { asker(answer) }
    }
}

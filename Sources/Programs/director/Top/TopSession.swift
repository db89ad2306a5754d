import ControlProtocol
import ControlSocket
import Dashboard
import Glibc
import Logs
import Terminal
import TimeTypes
import VirtualServers

/// The dashboard on a terminal: keys, the daemon's lines and the clock come in, frames go out.
///
/// The daemon may go and come back: the session tries again and again, and says what it knows of in the meantime.
struct TopSession: ~Copyable {
    /// The daemon says something every second; silence for so long means that what is shown may not be true any more.
    static let patience = Duration.seconds(3)
    /// Seconds that the daemon may take to carry out an order.
    static let orderPatience = 3
    static let pauseBetweenAttempts = Duration.milliseconds(500)
    /// Nothing more of an escape sequence came for so long: it was the escape key.
    static let escapePause = 50
    /// Between two pages on a terminal without a cursor.
    static let pagePause = Duration.seconds(2)

    private let path: String
    private let traits = TerminalTraits()
    private let waiter = InputWaiter(signals: [SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGTSTP, SIGCONT])
    private var state = DashboardState()
    private var decoder = KeyDecoder()
    private var output: FrameOutput
    private var stream: ControlStream?
    private var nextAttempt = MonotonicInstant.zero
    private var lastHeard = MonotonicInstant.zero
    /// When the last key, or a part of one, came.
    private var waitingSince = MonotonicInstant.zero
    /// Anything on this connection.
    private var hasHeard = false
    private var lastWord = TopCommand.wallTime()
    private var size = Size(columns: 80, rows: 24)
    private var isOver = false
    private var lastPage: (lines: [String], at: MonotonicInstant) = ([], .zero)

    init(_ path: String) {
        self.path = path
        output = FrameOutput(traits.palette)
    }

    consuming func run() throws {
        if traits.isDumb {
            while !isOver { try turn(nil) }
            return
        }
        var screen: TerminalScreen? = try TerminalScreen(descriptor: 1)
        measure()
        while !isOver {
            draw()
            try turn(&screen)
        }
        screen = nil
    }

    private mutating func measure() {
        if let found = TerminalScreen.size(of: 1) { size = Size(columns: found.columns, rows: found.rows) }
        output.forget()
    }

    private mutating func turn(_ screen: inout TerminalScreen?) throws {
        connect()
        let ready = waiter.wait(keys: 0, socket: stream?.descriptor, milliseconds: pause())
        for signal in ready.signals {
            switch signal {
            case SIGWINCH: measure()
            case SIGTSTP: try suspend(&screen)
            case SIGCONT:
                try screen?.takeAgain()
                measure()
            default: isOver = true
            }
        }
        if ready.keys {
            guard let bytes = InputWaiter.read(0) else {
                isOver = true
                return
            }
            try press(decoder.keys(from: bytes), &screen)
            waitingSince = TopCommand.instant()
        } else if decoder.isWaiting, escapeTime <= 0 {
            try press(decoder.flush(), &screen)
        }
        if ready.socket { listen() }
        noticeSilence()
    }

    /// A connection on which nothing comes, or comes any more.
    private mutating func noticeSilence() {
        guard stream != nil, TopCommand.instant() - lastHeard > Self.patience else { return }
        lose(hasHeard ? "the daemon is silent" : "the daemon does not answer", keepsConnection: true)
    }

    /// On a terminal without a cursor there are no keys: pages follow one another.
    private mutating func turn(_ screen: Void?) throws {
        connect()
        let ready = waiter.wait(keys: nil, socket: stream?.descriptor, milliseconds: pause())
        isOver = ready.signals.contains { [SIGINT, SIGTERM, SIGHUP].contains($0) }
        if ready.socket { listen() }
        noticeSilence()
        let now = TopCommand.instant()
        guard now - lastPage.at >= Self.pagePause, state.feed != .connecting else { return }
        let lines = state.page(columns: TopCommand.columns(), at: TopCommand.wallTime(), ascii: traits.isASCII)
        guard lines.dropFirst() != lastPage.lines.dropFirst() else { return }
        lastPage = (lines, now)
        if !StandardStream.output.write(lines.map { $0 + "\n" }.joined() + "\n") { isOver = true }
    }

    /// Milliseconds left for the rest of a key's sequence, whatever else happens meanwhile.
    private var escapeTime: Int {
        Self.escapePause - Int((TopCommand.instant() - waitingSince).milliseconds)
    }

    /// Until the clock's next second, or what comes earlier.
    private func pause() -> Int {
        if decoder.isWaiting { return max(0, escapeTime) }
        let second = 1000 - Int(TopCommand.wallTime().milliseconds % 1000)
        guard stream == nil else { return second }
        return min(second, max(0, Int((nextAttempt - TopCommand.instant()).milliseconds) + 1))
    }

    private mutating func draw() {
        state.settle(size)
        let bytes = output.bytes(for: state.frame(size, at: TopCommand.wallTime(), ascii: traits.isASCII))
        if !bytes.isEmpty, !StandardStream.output.write(bytes) { isOver = true }
    }

    // MARK: - Keys

    private mutating func press(_ keys: [Key], _ screen: inout TerminalScreen?) throws {
        for key in keys {
            guard let intent = Intent(key, in: state.view.mode) else { continue }
            state.settle(size)
            switch state.apply(intent, size: size) {
            case .quit?:
                isOver = true
                return
            case .suspend?: try suspend(&screen)
            case .redraw?: measure()
            case .order(let order)?: carryOut(order)
            case nil: break
            }
        }
    }

    private mutating func suspend(_ screen: inout TerminalScreen?) throws {
        try screen?.suspend()
        measure()
    }

    // MARK: - The daemon

    /// On a connection of its own: the answer is not for the subscription. What changes comes over that.
    private mutating func carryOut(_ order: ViewState.Order) {
        let request = ControlRequest.order(
            order.action, virtual: order.service.description, server: order.server.description)
        do {
            let client = try ControlClient(path: path, timeout: Self.orderPatience)
            switch try ControlResponse(json: JSON(parsing: client.ask(request.json.line))) {
            case .done(let result): state.view.notice = result["text"]?.string ?? "done"
            case .refused(let reason): state.view.notice = reason
            }
        } catch {
            state.view.notice = "\(order.action.rawValue) failed: \(error)"
        }
    }

    private mutating func connect() {
        let now = TopCommand.instant()
        guard stream == nil, now >= nextAttempt else { return }
        nextAttempt = now + Self.pauseBetweenAttempts
        do {
            let new = try ControlStream(path: path)
            try new.send(ControlRequest.subscribe.json.line)
            stream = consume new
            lastHeard = now
            hasHeard = false
        } catch {
            lose("\(error)", keepsConnection: false)
        }
    }

    private mutating func listen() {
        do {
            for line in try stream?.lines() ?? [] {
                let message = try StreamMessage(json: JSON(parsing: line))
                if case .refused(let reason) = message { throw CommandFailure.failed(reason) }
                guard state.take(message) else {
                    throw CommandFailure.failed("what it says does not fit what it said before")
                }
                lastHeard = TopCommand.instant()
                hasHeard = true
                lastWord = TopCommand.wallTime()
            }
        } catch {
            lose(TopCommand.words(for: error), keepsConnection: false)
        }
    }

    private mutating func lose(_ reason: String, keepsConnection: Bool) {
        if !keepsConnection {
            stream = nil
            // What it said last may be the reason; a failed attempt is none to forget it for.
            nextAttempt = max(nextAttempt, TopCommand.instant() + .milliseconds(100))
        }
        state.feed = .lost(since: lastWord, reason: reason)
    }
}

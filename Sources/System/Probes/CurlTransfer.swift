internal import CCurl
internal import EventLoop
internal import HealthChecking
internal import NetworkTypes
internal import Patterns
internal import TimeTypes

/// An HTTP or HTTPS check run by libcurl.
@LoopActor final class CurlTransfer: ProbeRun, CurlClient {
    private let pool: CurlPool
    private let target: Endpoint
    private let check: HTTPCheck
    private let pattern: Pattern?
    private let timeout: Duration
    private let begin: MonotonicInstant
    private let completion: @LoopActor (ProbeOutcome) -> Void
    private var handle: CurlHandle?
    private var deadline: RunDeadline?
    private var body: [UInt8] = []
    private var isCut = false
    /// The blank line behind the headers has come. libcurl takes an answer that ends before it for a good one.
    private var hasWholeHead = false
    /// A redirect was the last whole head that came.
    private var awaitsNextAnswer = false
    /// The status is not an expected one: nothing in the body can change that.
    private var isRefused = false
    /// libcurl has waited for bytes to read, so there was a connection. Its own moments come after the handshake only.
    var isConnected = false
    var shortage: String?

    init(
        _ target: Endpoint, _ check: HTTPCheck, pattern: Pattern?, timeout: Duration, begin: MonotonicInstant,
        pool: CurlPool, completion: @escaping @LoopActor (ProbeOutcome) -> Void
    ) {
        self.pool = pool
        self.target = target
        self.check = check
        self.pattern = pattern
        self.timeout = timeout
        self.begin = begin
        self.completion = completion
    }

    func start() {
        guard let handle = pool.handle() else { return end(.unjudged("libcurl has no memory for a transfer")) }
        self.handle = handle
        handle.prepare(
            CurlRequest(
                url: check.url(for: target),
                address: target.address.bracketed, ownPlace: check.place(for: target),
                proxyPort: check.isProxy ? target.port : nil,
                host: check.isProxy ? nil : check.host(for: target), isHead: check.method == .head,
                userAgent: HTTPCheck.userAgent,
                mostRedirects: check.followsRedirects ? HTTPCheck.mostRedirects : nil,
                verification: check.verification))
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_set_write(handle.easy, writeFunction, context)
        unsafe ccurl_set_header(handle.easy, headerFunction, context)
        deadline = RunDeadline(from: begin, timeout) { [unowned self] in expire() }
        if let problem = pool.begin(self, on: handle) { end(.unjudged("libcurl: \(problem)")) }
    }

    func cancel() {
        deadline?.cancel()
        deadline = nil
        if let handle { pool.end(handle) }
        handle = nil
    }

    /// False ends the transfer: the rest of the body is not wanted.
    fileprivate func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let room = HTTPCheck.bodyLimit - body.count
        unsafe body.append(contentsOf: bytes.prefix(room))
        if bytes.count > room { isCut = true }
        return !isCut
    }

    /// False ends the transfer. Lines of a trailer come here too, behind the body.
    fileprivate func receiveHeader(beginsHead: Bool, isBlank: Bool) -> Bool {
        hasWholeHead = !beginsHead && (hasWholeHead || isBlank)
        let status = isBlank ? handle?.number(CURLINFO_RESPONSE_CODE) ?? 0 : 0
        let mayGoOn = status < 200 || check.followsRedirects && (300...399).contains(status)
        isRefused = !mayGoOn && !check.expectedStatus.contains(status)
        // The body of this one does not matter, so what is waited for is the next answer.
        awaitsNextAnswer = status >= 300 && mayGoOn
        return !isRefused
    }

    func finished(_ code: CURLcode) {
        guard let handle else { return }
        let status = handle.number(CURLINFO_RESPONSE_CODE)
        if code == CURLE_OK, !hasWholeHead {
            end(.failed("connection closed in the middle of the headers"))
        } else if code == CURLE_OK || code == CURLE_WRITE_ERROR && (isCut || isRefused) {
            end(
                HTTPVerdict.outcome(
                    status: status, body: body, isCut: isCut, expected: check.expectedStatus, pattern: pattern))
        } else {
            end(CurlReason.outcome(code, handle, of: target, status: status))
        }
    }

    private func expire() {
        guard let handle else { return }
        if let shortage { return end(.unjudged(shortage)) }
        let usesTLS = check.url(for: target).hasPrefix("https:")
        let reason =
            if !isConnected {
                FailureReason.noConnection(within: timeout)
            } else if usesTLS, !handle.hasReached(CURLINFO_APPCONNECT_TIME_T) {
                FailureReason.unfinishedHandshake(within: timeout)
            } else if awaitsNextAnswer || !handle.hasReached(CURLINFO_STARTTRANSFER_TIME_T) {
                FailureReason.noAnswer(within: timeout)
            } else {
                FailureReason.unfinishedAnswer(within: timeout)
            }
        end(.failed(reason))
    }

    private func end(_ outcome: ProbeOutcome) {
        let elsewhere = handle.flatMap(elsewhere)
        cancel()
        completion(elsewhere.map { place in outcome.with { "\($0) (\(place))" } } ?? outcome)
    }

    /// Where the last answer came from, or was to come from, when that is not the checked server.
    private func elsewhere(_ handle: CurlHandle) -> String? {
        guard !check.isProxy, let last = handle.text(CURLINFO_EFFECTIVE_URL).flatMap(URLOrigin.init) else { return nil }
        let isRedirected = handle.number(CURLINFO_REDIRECT_COUNT) > 0
        let own = URLOrigin(scheme: last.scheme, place: target.address.bracketed + ":\(target.port)")
        guard last != own, check.isWholeURL || last.place != check.place(for: target)?.lowercased() else { return nil }
        return isRedirected ? "redirected to \(last)" : "asked at \(last)"
    }
}

private let writeFunction: ccurl_write_function = { bytes, size, count, context in
    let length = size * count
    let start = UInt(bitPattern: bytes)
    let transfer = UInt(bitPattern: context)
    let isWanted = LoopActor.assumeIsolated {
        guard let pointer = unsafe UnsafeRawPointer(bitPattern: transfer) else { return false }
        let piece = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(bitPattern: start), count: length)
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(pointer).takeUnretainedValue().receive(piece)
    }
    return isWanted ? length : 0
}

private let headerFunction: ccurl_write_function = { bytes, size, count, context in
    let length = size * count
    let first = unsafe bytes?.pointee
    let isBlank = length == 1 || length == 2 && first == 13
    let beginsHead = unsafe UnsafeRawBufferPointer(start: bytes, count: length).starts(with: "HTTP/".utf8)
    let transfer = UInt(bitPattern: context)
    let isWanted = LoopActor.assumeIsolated {
        guard let pointer = unsafe UnsafeRawPointer(bitPattern: transfer) else { return false }
        return unsafe Unmanaged<CurlTransfer>.fromOpaque(pointer).takeUnretainedValue().receiveHeader(
            beginsHead: beginsHead, isBlank: isBlank)
    }
    return isWanted ? length : 0
}

internal import CCurl
internal import EventLoop

/// Whoever has a transfer under way.
@LoopActor protocol CurlClient: AnyObject {
    /// Set once libcurl waits for bytes to read, so that there is a connection.
    var isConnected: Bool { get set }
    /// Set when the loop cannot watch the connection, so that nothing is heard of it.
    var shortage: String? { get set }
    func finished(_ code: CURLcode)
}

/// libcurl's transfers on the loop: its sockets are watches of the loop and its timer is one of the loop's.
///
/// Handles are kept for the next transfer, at most `limit` of them; the schedule keeps as many runs in flight.
@safe @LoopActor final class CurlPool {
    static let limit = 256

    private let multi: UnsafeMutableRawPointer
    private var idle: [CurlHandle] = []
    /// The transfers under way by their handle's address.
    private var transfers: [UInt: any CurlClient] = [:]
    private var watches: [Int32: DescriptorWatch] = [:]
    private var timer: LoopTimer?

    init?() {
        guard ccurl_global_init() == CURLE_OK, let multi = unsafe curl_multi_init() else { return nil }
        unsafe self.multi = multi
        let pool = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_multi_set_functions(multi, socketFunction, timerFunction, pool)
    }

    isolated deinit {
        timer?.cancel()
        for watch in watches.values { watch.cancel() }
        unsafe curl_multi_cleanup(multi)
    }

    func handle() -> CurlHandle? {
        idle.popLast() ?? CurlHandle()
    }

    /// Nil when it has begun, else libcurl's reason.
    func begin(_ transfer: any CurlClient, on handle: CurlHandle) -> String? {
        transfers[unsafe UInt(bitPattern: handle.easy)] = transfer
        let code = unsafe curl_multi_add_handle(multi, handle.easy)
        guard code != CURLM_OK else { return nil }
        transfers[unsafe UInt(bitPattern: handle.easy)] = nil
        return unsafe String(cString: curl_multi_strerror(code))
    }

    /// Ends a transfer, whether it is done or not, and takes its handle back.
    func end(_ handle: CurlHandle) {
        transfers[unsafe UInt(bitPattern: handle.easy)] = nil
        unsafe curl_multi_remove_handle(multi, handle.easy)
        if idle.count < Self.limit { idle.append(handle) }
    }

    fileprivate func socketChanged(_ easy: UInt, _ descriptor: Int32, _ what: Int32) {
        if what == CURL_POLL_REMOVE {
            watches.removeValue(forKey: descriptor)?.cancel()
            return
        }
        var interest: Interest = []
        if what & CURL_POLL_IN != 0 {
            interest.insert(.readable)
            transfers[easy]?.isConnected = true
        }
        if what & CURL_POLL_OUT != 0 { interest.insert(.writable) }
        do throws(LoopError) {
            if let watch = watches[descriptor] {
                try watch.update(interest)
            } else {
                watches[descriptor] = try EventLoop.main.watch(descriptor, interest) { [unowned self] readiness in
                    ready(descriptor, readiness)
                }
            }
        } catch {
            // Without its watch the transfer hears nothing and ends at its deadline.
            transfers[easy]?.shortage = error.description
        }
    }

    fileprivate func timerChanged(milliseconds: Int) {
        timer?.cancel()
        timer = nil
        guard milliseconds >= 0 else { return }
        timer = EventLoop.main.schedule(after: .milliseconds(milliseconds)) { [unowned self] in
            act(CURL_SOCKET_TIMEOUT, 0)
        }
    }

    private func ready(_ descriptor: Int32, _ readiness: Readiness) {
        var mask: Int32 = 0
        let isBroken = readiness.contains(.error) || readiness.contains(.hangup)
        if isBroken || readiness.contains(.readable) { mask |= CURL_CSELECT_IN }
        if isBroken || readiness.contains(.writable) { mask |= CURL_CSELECT_OUT }
        act(descriptor, mask)
    }

    private func act(_ descriptor: Int32, _ mask: Int32) {
        var running: Int32 = 0
        _ = unsafe curl_multi_socket_action(multi, descriptor, mask, &running)
        var result = CURLE_OK
        while let easy = unsafe ccurl_multi_next_done(multi, &result) {
            // A handle that is not known any more was ended meanwhile.
            guard let transfer = transfers[UInt(bitPattern: easy)] else {
                unsafe curl_multi_remove_handle(multi, easy)
                continue
            }
            transfer.finished(result)
        }
    }
}

/// libcurl calls these from within `curl_multi_socket_action` and its like, hence on the loop.
private let socketFunction: ccurl_socket_function = { handle, descriptor, what, context, _ in
    let easy = UInt(bitPattern: handle)
    let pool = UInt(bitPattern: context)
    LoopActor.assumeIsolated {
        guard let pointer = unsafe UnsafeRawPointer(bitPattern: pool) else { return }
        unsafe Unmanaged<CurlPool>.fromOpaque(pointer).takeUnretainedValue().socketChanged(easy, descriptor, what)
    }
    return 0
}

private let timerFunction: ccurl_timer_function = { _, milliseconds, context in
    let pool = UInt(bitPattern: context)
    LoopActor.assumeIsolated {
        guard let pointer = unsafe UnsafeRawPointer(bitPattern: pool) else { return }
        unsafe Unmanaged<CurlPool>.fromOpaque(pointer).takeUnretainedValue().timerChanged(milliseconds: milliseconds)
    }
    return 0
}

internal import EventLoop
internal import NetworkTypes

/// A connection over which an exchange goes, plain or by TLS.
@LoopActor protocol ProbeStream: AnyObject {
    /// Begins to connect; what happens is told until `close`, perhaps before this returns.
    func open(_ event: @escaping @LoopActor (StreamEvent) -> Void)
    /// All of it goes in time. A connection that is broken says so when it is read from, behind the server's last
    /// words.
    func send(_ bytes: [UInt8])
    /// Says, once all has gone, that nothing more will come.
    func finishSending()
    /// Our end, once it is open.
    var local: Endpoint? { get }
    /// Says the last words as far as they go at once, and closes.
    func close(saying farewell: [UInt8])
    /// Why it is not open yet after this time; nil when it is.
    func silence(within timeout: Duration) -> ProbeOutcome?
}

enum StreamEvent {
    case opened
    case received(ArraySlice<UInt8>)
    /// The server has closed its side.
    case ended
    /// There is none, or no more, and this is what that says.
    case broken(ProbeOutcome)
}

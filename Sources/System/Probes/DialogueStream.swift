internal import EventLoop

/// A connection over which a dialogue goes, plain or by TLS.
@LoopActor protocol DialogueStream: AnyObject {
    /// Begins to connect; what happens is told until `close`.
    func open(_ event: @escaping @LoopActor (StreamEvent) -> Void)
    /// All of it goes in time.
    func send(_ bytes: [UInt8])
    /// Says the last words as far as they go at once, and closes.
    func close(saying farewell: [UInt8])
    /// Why it is not open yet after this time; nil when it is.
    func silence(within timeout: Duration) -> String?
}

enum StreamEvent {
    case opened
    case received(ArraySlice<UInt8>)
    /// The server has closed its side.
    case ended
    case failed(String)
}

/// The global actor of everything that lives on the program's one loop.
///
/// Its executor is the loop itself: code isolated to it runs on the loop's thread and nowhere else, so that it needs no
/// lock and never waits for another thread.
@globalActor package actor LoopActor {
    package static let shared = LoopActor()

    package nonisolated var unownedExecutor: UnownedSerialExecutor {
        unsafe EventLoop.main.asUnownedSerialExecutor()
    }

    /// Runs a closure of the loop from a function that the compiler cannot prove to be on it, such as a C callback.
    /// Anywhere but on the loop's thread this is a mistake of the program, and stops it.
    package static func assumeIsolated<Result: Sendable>(_ work: @LoopActor () throws -> Result) rethrows -> Result {
        precondition(EventLoop.main.isCurrentThread, "called off the loop's thread")
        // The same cast as in MainActor.assumeIsolated: the isolation is part of the type only.
        return try withoutActuallyEscaping(work) { escaping in
            try unsafe unsafeBitCast(escaping, to: (() throws -> Result).self)()
        }
    }
}

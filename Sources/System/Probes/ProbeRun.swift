internal import EventLoop

/// One run of a check, from its start to its outcome.
///
/// A run calls its completion exactly once, perhaps before `start` returns, unless it is cancelled before.
@LoopActor protocol ProbeRun: AnyObject {
    func start()
    /// Ends the run without an outcome and gives up its descriptors.
    func cancel()
}

/// What a run found.
enum ProbeOutcome: Equatable, Sendable {
    case passed(String)
    case failed(String)
    /// The answer asks for what only libcurl does here (a redirect): the check has to be run by it from now on.
    case needsLibrary
}

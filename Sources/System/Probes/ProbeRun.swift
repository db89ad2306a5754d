internal import EventLoop

/// One run of a check, from its start to its outcome.
///
/// A run calls its completion exactly once, perhaps before `start` returns, unless it is cancelled before. What is
/// overdue is followed by that it is gone.
@LoopActor protocol ProbeRun: AnyObject {
    func start()
    /// Ends the run without an outcome and gives up its descriptors.
    func cancel()
}

/// What a run found.
enum ProbeOutcome: Equatable, Sendable {
    case passed(String)
    case failed(String)
    /// Nothing, since this machine lacks what the run needs: descriptors, memory, processes. That is no fault of the
    /// server's, and all of them would be taken for down together.
    case unjudged(String)
    /// The answer asks for what only libcurl does here (a redirect): the check has to be run by it from now on.
    case needsLibrary
    /// Failed, since the time is over; but what the run started was killed and has not ended yet.
    case overdue(String)
    /// What was overdue has ended.
    case gone

    /// What an error of the system says.
    static func error(_ number: Int32) -> ProbeOutcome {
        let reason = FailureReason.errno(number)
        return FailureReason.isShortage(number) ? .unjudged(reason) : .failed(reason)
    }

    /// The loop cannot watch a descriptor, whatever the server does.
    static func error(_ error: LoopError) -> ProbeOutcome { .unjudged(error.description) }

    /// The same with more words.
    func with(_ words: (String) -> String) -> ProbeOutcome {
        switch self {
        case .passed(let reason): .passed(words(reason))
        case .failed(let reason): .failed(words(reason))
        case .unjudged(let reason): .unjudged(words(reason))
        case .overdue(let reason): .overdue(words(reason))
        case .needsLibrary, .gone: self
        }
    }
}

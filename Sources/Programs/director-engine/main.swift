import DirectorCore
import EventLoop
import Glibc
import Logging
import Logs

// The first thing, before any thread exists: threads inherit the signal mask.
EventLoop.blockSignals()

let options: EngineOptions
do {
    guard let parsed = try EngineOptions(Array(CommandLine.arguments.dropFirst())) else {
        StandardStream.output.write(EngineOptions.help)
        exit(0)
    }
    options = parsed
} catch {
    StandardStream.error.write("director-engine: \(error.text)\n")
    exit(2)
}

EventLoop.main.post { EngineProgram.start(options) }
EventLoop.main.run()
exit(EngineProgram.exitStatus)

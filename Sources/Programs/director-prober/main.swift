import EventLoop
import Glibc
import Logs

// The first thing, before any thread exists: threads inherit the signal mask.
EventLoop.blockSignals()

let options: ProberOptions
do {
    guard let parsed = try ProberOptions(Array(CommandLine.arguments.dropFirst())) else {
        StandardStream.output.write(ProberOptions.help)
        exit(0)
    }
    options = parsed
} catch {
    StandardStream.error.write("director-prober: \(error.text)\n")
    exit(2)
}

EventLoop.main.post { ProberProgram.start(options) }
EventLoop.main.run()
exit(ProberProgram.exitStatus)

import EventLoop
import Glibc
import Logs

// The first thing, before any thread exists: threads inherit the signal mask.
EventLoop.blockSignals()

switch SupervisorOptions.parse(Array(CommandLine.arguments.dropFirst())) {
case .tell(let text):
    StandardStream.output.write(text)
case .wrong(let problem):
    StandardStream.error.write("directord: \(problem)\n")
    exit(2)
case .run(let options):
    EventLoop.main.post { Supervisor.start(options) }
    EventLoop.main.run()
    exit(Supervisor.exitStatus)
}

import Daemons
import Glibc

if CommandLine.arguments.dropFirst().first == "--deliver-mail" {
    exit(MailProgram.run(CommandLine.arguments.dropFirst(2)))
}

if CommandLine.arguments.dropFirst().first == "--deliver-webhook" {
    exit(WebhookProgram.run(CommandLine.arguments.dropFirst(2)))
}

DaemonProcess.main(
    "prober",
    help: """
        Runs the health checks that director-engine asks for, without any privilege: started by root it becomes user
        NAME (default: director-prober if there is one, else nobody).

        """,
    start: ProberProgram.start)

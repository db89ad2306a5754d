import Logs
import Privileges
import Probes

/// `director-prober --deliver-webhook`: posts the JSON text that stands on standard input, whose first line is the URL,
/// and ends. The URL is no argument since it often holds a secret, and every user sees arguments. The engine starts the
/// program for each delivery, as it does for mail. What it says is one line; the exit status is 0 when the server
/// answered with a status of 200 to 299.
enum WebhookProgram {
    static func run(_ arguments: ArraySlice<String>) -> Int32 {
        guard arguments.isEmpty else {
            StandardStream.error.write("director-prober --deliver-webhook takes no arguments\n")
            return 2
        }
        do {
            _ = try Confinement.enter(user: nil)
            try WebhookDelivery().send()
            return 0
        } catch {
            StandardStream.error.write("\(error)\n")
            return 1
        }
    }
}

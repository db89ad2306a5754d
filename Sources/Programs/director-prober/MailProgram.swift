import Glibc
import Logs
import Privileges
import Probes

/// `director-prober --deliver-mail --server HOST --helo NAME --from ADDRESS --to ADDRESS...`: sends the mail that
/// stands on standard input, and ends. The engine starts it for each mail: it alone links libcurl, and it talks to a
/// mail server without privileges. What it says is one line; the exit status is 0 when the server took the mail for
/// any recipient.
enum MailProgram {
    static func run(_ arguments: ArraySlice<String>) -> Int32 {
        var delivery = MailDelivery(server: "", hello: "localhost", sender: "", recipients: [])
        var rest = arguments
        while let option = rest.popFirst() {
            guard let value = rest.popFirst() else { return wrong("\(option): a value is missing") }
            switch option {
            case "--server": delivery.server = value
            case "--helo": delivery.hello = value
            case "--from": delivery.sender = value
            case "--to": delivery.recipients.append(value)
            default: return wrong("unknown option \(option)")
            }
        }
        guard !delivery.server.isEmpty, !delivery.recipients.isEmpty else {
            return wrong("--server and --to are needed")
        }
        do {
            _ = try Confinement.enter(user: nil)
            let refusals = try delivery.send()
            if let first = refusals.first { StandardStream.error.write("refused for some: \(first)\n") }
            return 0
        } catch {
            StandardStream.error.write("\(error)\n")
            return 1
        }
    }

    private static func wrong(_ text: String) -> Int32 {
        StandardStream.error.write("director-prober --deliver-mail: \(text)\n")
        return 2
    }
}

internal import HealthChecking

/// One `check` line: what is asked, and what it says of how.
struct CheckLine {
    /// What the word behind `check =` says.
    enum Subject: Hashable {
        case connect
        case ping
        case program(ProgramCheck.Form)
        case service(ApplicationService)
    }

    var place: Place
    var subject: Subject
    var port: UInt16?
    var request: Placed<String>?
    var receive: String?
    var method: HTTPCheck.Method?
    var virtualHost: String?
    var expectedStatus: StatusSet?
    var login: String?
    var password: String?
    var database: String?
    var secret: String?
    var command: String?
    var interval: Duration?
    var timeout: Duration?
    var attempts: Int?
    var rise: Int?
    var fall: Int?

    init(_ subject: Subject, at place: Place) {
        self.subject = subject
        self.place = place
    }

    /// What tells the check from others, in a reason: `http port 8080 /health`. Nothing secret is in it.
    var name: String {
        var words = [subject.word]
        if let port { words.append("port \(port)") }
        if let text = request?.value ?? command { words.append(text) }
        return words.joined(separator: " ").utf8.shown
    }

    static let subjects =
        ["connect", "ping", "external", "external-perl"]
        + ApplicationService.allCases.filter { $0 != .none }.map(\.rawValue)
    static let options = [
        "attempts", "command", "database", "fall", "interval", "login", "method", "passwd", "port", "receive",
        "request",
        "rise", "secret", "status", "timeout", "virtualhost",
    ]
}

extension CheckLine.Subject {
    init?(_ word: String) {
        switch word {
        case "connect": self = .connect
        case "ping": self = .ping
        case "external": self = .program(.program)
        case "external-perl": self = .program(.perl)
        default:
            guard let service = ApplicationService(rawValue: word), service != .none else { return nil }
            self = .service(service)
        }
    }

    var word: String {
        switch self {
        case .connect: "connect"
        case .ping: "ping"
        case .program(.program): "external"
        case .program(.perl): "external-perl"
        case .service(let service): service.rawValue
        }
    }
}

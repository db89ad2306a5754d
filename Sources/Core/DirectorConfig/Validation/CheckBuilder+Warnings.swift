internal import HealthChecking

extension CheckBuilder {
    /// What is said of the checks of a section, or of a `check` line, as a whole, at the line that asks for them.
    func warn(_ problems: inout Problems) {
        guard !section.reals.isEmpty || line != nil else { return }
        switch type {
        case .external, .externalPerl: warnOfProgram(&problems)
        case .combined:
            if service == .none {
                problems.warning(
                    typePlace,
                    id.transport == .udp
                        ? "there is no service to negotiate and nothing to connect to over UDP, so the servers of \(id) are "
                            + "always taken as up, as by ldirectord: add service = NAME, or checktype = ping"
                        : "there is no service to negotiate between the connects: every check connects")
            } else if !canConnect {
                problems.warning(
                    typePlace,
                    "a connection over UDP proves nothing, so every check negotiates: write checktype = negotiate")
            }
            warnOfService(&problems)
        case .negotiate: warnOfService(&problems)
        case .on, .off, .connect, .ping: break
        }
    }

    private func warnOfProgram(_ problems: inout Problems) {
        // Who writes a line of Director's own does not expect ldirectord's ways of it.
        guard line == nil else { return }
        if checks.command == nil {
            problems.warning(
                typePlace, "without checkcommand every server is up, as by ldirectord: add checkcommand = PROGRAM")
        } else {
            problems.warning(
                typePlace,
                "the program runs as the prober's user, without privileges, and not as root as by ldirectord: see that it can"
            )
        }
    }

    private func warnOfService(_ problems: inout Problems) {
        let place = line?.place ?? section.service?.place ?? section.place
        switch service {
        case .none:
            if line == nil, section.service == nil, type == .negotiate {
                problems.warning(
                    typePlace,
                    "no service is known for \(id), so its servers are always taken as up, as by ldirectord: "
                        + "add service = NAME, or checktype = connect")
            }
        case .http, .https, .httpProxy: warnOfHTTP(place, &problems)
        default: warnOfDialogue(place, &problems)
        }
    }

    private func warnOfHTTP(_ place: Place, _ problems: inout Problems) {
        if checks.method == .head, checks.receive != nil {
            problems.warning(
                receivePlace ?? place,
                "the answer to HEAD has no body, so receive can never match: use GET")
        }
        if service == .httpProxy {
            let request = checks.request ?? ""
            let isURL = HTTPRequest.isURL(request.hasPrefix("/") ? String(request.dropFirst()) : request)
            // A server's own request is completed by its address.
            if !isURL, line != nil || section.reals.contains(where: { $0.dialogue == nil }) {
                problems.warning(
                    requestPlace ?? place,
                    "a proxy is asked for a whole URL, and without one never taken as up: "
                        + (line == nil ? "request = \"http://...\"" : "request \"http://...\""))
            }
        } else if let request = checks.request, let requestPlace, HTTPRequest.isURL(request) {
            problems.warning(
                requestPlace,
                "a path is asked for here, '/\(request.utf8.shown)'\(line == nil ? ", as by ldirectord," : "") and no URL"
            )
        }
    }

    private func warnOfDialogue(_ place: Place, _ problems: inout Problems) {
        let noEffect =
            "has no effect on service \(service.rawValue)\(line == nil ? ", as in ldirectord" : ""): leave it out"
        if checks.receive != nil, let place = receivePlace, !service.matchesAnswers {
            problems.warning(place, "receive \(noEffect)")
        }
        if checks.login != nil, !service.logsIn { problems.warning(place, "login \(noEffect)") }
        let lacksReceive = line == nil && lacks(checks.receive) { $0.receive }
        switch service {
        case .dns:
            warnOfQuestion(place, &problems)
            if lacksReceive {
                problems.warning(place, "without receive ldirectord never takes a server of service dns as up")
            }
        case .ftp where lacksReceive:
            problems.warning(place, "without receive ldirectord always takes a server of service ftp as up")
        case .oracle:
            problems.warning(
                place,
                "there is no client for service oracle, so its servers are taken as down: write "
                    + (line == nil
                        ? "checktype = external and checkcommand = PROGRAM" : "check = external command PROGRAM")
                    + ", a program that logs in and ends with status 0 for up")
        case .mysql, .pgsql:
            if checks.login == nil || lacks(checks.request, { $0.request }) {
                problems.warning(
                    place, "service \(service.rawValue) needs login and request, else no server is ever up")
            }
        case .radius:
            if checks.login == nil || checks.password == nil || checks.secret == nil {
                problems.warning(place, "service radius needs login, passwd and secret, else no server is ever up")
            }
        default: break
        }
    }

    /// What cannot be asked for is never answered.
    private func warnOfQuestion(_ place: Place, _ problems: inout Problems) {
        for request in Set(requests).sorted() {
            do throws(DNSQuery.Problem) {
                _ = try DNSQuery(request: request.hasPrefix("/") ? String(request.dropFirst()) : request, receive: nil)
            } catch {
                problems.warning(requestPlace ?? place, "\(error.reason): no server is ever up")
            }
        }
    }

    /// What the servers are asked for. A server's own request belongs to the check that its section describes.
    private var requests: [String] {
        guard line == nil else { return [checks.request ?? ""] }
        return section.reals.map { $0.dialogue?.request ?? checks.request ?? "" }
    }

    /// Whether some server has neither the section's text nor its own.
    private func lacks(_ common: String?, _ own: (RealConfiguration.Dialogue) -> String) -> Bool {
        guard line == nil else { return common == nil }
        return section.reals.contains { $0.dialogue.map { own($0).isEmpty } ?? (common == nil) }
    }

    private var requestPlace: Place? { line == nil ? section.dialogue.request?.place : line?.request?.place }
    private var receivePlace: Place? { line == nil ? section.dialogue.receive?.place : line?.place }
    private var typePlace: Place { section.checkType?.place ?? section.place }
}

extension ApplicationService {
    /// `receive` is looked for in what its server answers.
    var matchesAnswers: Bool {
        switch self {
        case .dns, .ftp, .http, .https, .httpProxy, .ldap, .ldaps, .simpletcp: true
        default: false
        }
    }

    fileprivate var logsIn: Bool {
        switch self {
        case .ftp, .imap, .imaps, .ldap, .ldaps, .mysql, .oracle, .pgsql, .pop, .pops, .radius, .sip: true
        default: false
        }
    }
}

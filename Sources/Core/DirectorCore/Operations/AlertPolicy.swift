package import DirectorConfig
import NetworkTypes
package import TimeTypes
package import VirtualServers

/// Which mail is sent, to whom, and when it is repeated: ldirectord's emailalert keys.
package struct AlertPolicy: Sendable {
    /// Servers whose mail is repeated while they are down, at most; more than that are down together, and one mail
    /// says as much as the next.
    package static let repetitionLimit = 10_000

    private struct Outage: Sendable {
        var virtual: VirtualConfiguration
        var told: MonotonicInstant
    }

    private struct Key: Hashable, Sendable {
        var service: VirtualService.ID
        var server: Endpoint
    }

    private var global: AlertSettings
    private var outages: [Key: Outage] = [:]

    package init(_ global: AlertSettings) {
        self.global = global
    }

    /// Takes over changed settings; servers that are no longer there are not spoken of again.
    package mutating func reconfigure(
        _ global: AlertSettings, _ virtual: (VirtualService.ID) -> VirtualConfiguration?
    ) {
        self.global = global
        outages = outages.compactMapValues { outage in
            guard let new = virtual(outage.virtual.service.id) else { return nil }
            return Outage(virtual: new, told: outage.told)
        }
        outages = outages.filter { key, outage in
            outage.virtual.reals.contains { $0.server.endpoint == key.server }
        }
    }

    /// Whether a server is remembered to be down.
    package var hasOutages: Bool { !outages.isEmpty }

    /// Whether anything can ever be sent for a service.
    package func concerns(_ virtual: VirtualConfiguration) -> Bool {
        !(virtual.alerts.recipients ?? global.recipients ?? []).isEmpty
    }

    /// Takes in what happened; the mail that it asks for, if any.
    package mutating func take(
        _ message: ServerMessage, of virtual: VirtualConfiguration, in state: AlertSettings.State,
        at now: MonotonicInstant
    ) -> Mail? {
        guard message.isMailed, let server = message.server else { return nil }
        let key = Key(service: message.service, server: server)
        // Kept without a frequency too: a reload may bring one while the server is down.
        if message.effect == .down {
            if outages.count < Self.repetitionLimit || outages[key] != nil {
                outages[key] = Outage(virtual: virtual, told: now)
            }
        } else {
            outages[key] = nil
        }
        return mail(message.text, virtual, state)
    }

    /// Mail about servers that are still down, each after its frequency.
    package mutating func repetitions(in state: AlertSettings.State, at now: MonotonicInstant) -> [Mail] {
        var mails: [Mail] = []
        let due = outages.filter { _, outage in
            let frequency = frequency(outage.virtual)
            return frequency > .zero && now - outage.told >= frequency
        }
        for (key, outage) in due.sorted(by: { ($0.key.service, $0.key.server) < ($1.key.service, $1.key.server) }) {
            outages[key]?.told = now
            let text = "Inaccessible real server: \(key.server) (\(key.service.ldirectordName))"
            if let mail = mail(text, outage.virtual, state) { mails.append(mail) }
        }
        return mails
    }

    private func frequency(_ virtual: VirtualConfiguration) -> Duration {
        virtual.alerts.frequency ?? global.frequency ?? .zero
    }

    private func mail(_ text: String, _ virtual: VirtualConfiguration, _ state: AlertSettings.State) -> Mail? {
        let states = virtual.alerts.states ?? global.states ?? Set(AlertSettings.State.allCases)
        guard states.contains(state) else { return nil }
        let recipients = virtual.alerts.recipients ?? global.recipients ?? []
        guard !recipients.isEmpty else { return nil }
        return Mail(
            text: text, recipients: recipients, sender: global.sender, server: virtual.alerts.server ?? global.server,
            state: state, serviceName: virtual.serviceName, comment: virtual.comment)
    }
}

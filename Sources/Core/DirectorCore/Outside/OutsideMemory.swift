package import TimeTypes

/// What is raised and who is waited for: kept over restarts of the engine, and shown in a status.
package struct OutsideMemory: Hashable, Sendable {
    package struct Raised: Hashable, Sendable {
        package var name: String
        package var source: String
        package var user: UInt32
        package var since: WallTime
        package var text: String

        package init(name: String, source: String, user: UInt32, since: WallTime, text: String) {
            self.name = name
            self.source = source
            self.user = user
            self.since = since
            self.text = text
        }
    }

    package struct Alive: Hashable, Sendable {
        package var name: String
        package var every: Duration
        package var user: UInt32
        package var userName: String
        /// Nil while it is heard.
        package var silentSince: WallTime?
        /// Why it counts as silent.
        package var reason: String

        package init(
            name: String, every: Duration, user: UInt32, userName: String, silentSince: WallTime?, reason: String
        ) {
            self.name = name
            self.every = every
            self.user = user
            self.userName = userName
            self.silentSince = silentSince
            self.reason = reason
        }
    }

    package var raised: [Raised] = []
    package var alive: [Alive] = []

    package init() {}
}

package import NetworkTypes

/// A check that travels to the virtual address by way of one real server, as a client's packet does.
///
/// A check of the real server's own address proves that the server is well, and nothing about whether it takes packets
/// for the virtual address: an address that is missing on its loopback interface, or a tunnel that is down there,
/// leaves every client without an answer while such a check passes.
package struct PathCheck: Hashable, Sendable {
    package enum Way: UInt8, Hashable, Sendable {
        /// Onto the real server's own link-layer address, unchanged.
        case directRouting = 1
        /// Packed into a packet to the real server.
        case tunnel = 2
    }

    package var way: Way
    /// The virtual address; port 0 where no connection can be opened, so that it is pinged.
    package var virtual: Endpoint

    package init(_ way: Way, to virtual: Endpoint) {
        self.way = way
        self.virtual = virtual
    }

    package var subject: PathQuestion.Subject { virtual.port == 0 ? .echo : .connection(port: virtual.port) }

    /// The virtual side in words.
    package var words: String { virtual.port == 0 ? "\(virtual.address)" : "\(virtual)" }
}

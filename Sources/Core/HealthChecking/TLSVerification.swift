/// What the certificate of a real server has to prove.
package enum TLSVerification: Hashable, Sendable {
    /// Nothing, as ldirectord means it: a check asks whether the server answers.
    case off
    /// That it is for the name asked for (the virtual host, else the address) and that an authority of the system
    /// vouches for it.
    case system
    /// The same with the authorities of this PEM file alone.
    case authorities(file: String)
}

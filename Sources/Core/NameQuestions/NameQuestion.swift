package import NetworkTypes

/// What is asked of the system's name service (nsswitch.conf). On the way to who may ask it, a question is a line.
package enum NameQuestion: Hashable, Sendable {
    /// The addresses of a host.
    case host(String, IPAddress.Family)
    /// The name of an address.
    case address(IPAddress)
    /// The port of a service; the protocol by its name in services(5).
    case service(String, transport: String)
    /// The ids of a user, and the name of one.
    case user(String)
    case userName(UInt32)
    /// The id of a group.
    case group(String)

    /// Names come last: they may hold anything but the end of a line.
    package var line: String {
        switch self {
        case .host(let name, .ipv4): "host4 \(name)"
        case .host(let name, .ipv6): "host6 \(name)"
        case .address(let address): "address \(address)"
        case .service(let name, let transport): "service \(transport) \(name)"
        case .user(let name): "user \(name)"
        case .userName(let number): "uid \(number)"
        case .group(let name): "group \(name)"
        }
    }

    package init?(line: some StringProtocol) {
        guard let space = line.firstIndex(of: " ") else { return nil }
        let rest = String(line[line.index(after: space)...])
        switch line[..<space] {
        case "host4": self = .host(rest, .ipv4)
        case "host6": self = .host(rest, .ipv6)
        case "address":
            guard let address = IPAddress(rest) else { return nil }
            self = .address(address)
        case "service":
            guard let space = rest.firstIndex(of: " ") else { return nil }
            self = .service(String(rest[rest.index(after: space)...]), transport: String(rest[..<space]))
        case "user": self = .user(rest)
        case "uid":
            guard let number = UInt32(rest) else { return nil }
            self = .userName(number)
        case "group": self = .group(rest)
        default: return nil
        }
    }
}

/// What the name service says. A line, too.
package enum NameAnswer: Hashable, Sendable {
    case addresses([IPAddress])
    case name(String)
    case port(UInt16)
    case user(uid: UInt32, gid: UInt32)
    case group(UInt32)
    /// There is nothing of that name.
    case none
    /// Nobody could say, and why.
    case trouble(String)

    package var line: String {
        switch self {
        case .addresses(let all): (["addresses"] + all.map(\.description)).joined(separator: " ")
        case .name(let name): "name \(name)"
        case .port(let port): "port \(port)"
        case .user(let uid, let gid): "user \(uid) \(gid)"
        case .group(let number): "group \(number)"
        case .none: "none"
        case .trouble(let reason): "trouble \(reason)"
        }
    }

    package init?(line: some StringProtocol) {
        let space = line.firstIndex(of: " ") ?? line.endIndex
        let rest = line[space...].dropFirst()
        let words = rest.split(separator: " ")
        switch line[..<space] {
        case "addresses":
            let addresses = words.compactMap { IPAddress(String($0)) }
            guard addresses.count == words.count else { return nil }
            self = .addresses(addresses)
        case "name": self = .name(String(rest))
        case "port":
            guard let port = UInt16(rest) else { return nil }
            self = .port(port)
        case "user":
            let numbers = words.compactMap { UInt32($0) }
            guard words.count == 2, numbers.count == 2 else { return nil }
            self = .user(uid: numbers[0], gid: numbers[1])
        case "group":
            guard let number = UInt32(rest) else { return nil }
            self = .group(number)
        case "none" where rest.isEmpty: self = .none
        case "trouble": self = .trouble(String(rest))
        default: return nil
        }
    }
}

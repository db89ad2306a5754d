package import NameQuestions

extension NameQuestion {
    /// The answer of the system's name service. Blocks for as long as that takes.
    package var answer: NameAnswer {
        switch self {
        case .host(let name, let family): Hosts.addresses(of: name, family)
        case .address(let address): Hosts.name(of: address).map { .name($0) } ?? .none
        case .service(let name, let transport): ServicePorts.port(of: name, transport).map { .port($0) } ?? .none
        case .user(let name): UserNames.account(name).map { .user(uid: $0.uid, gid: $0.gid) } ?? .none
        case .userName(let number): UserNames.name(of: number).map { .name($0) } ?? .none
        case .group(let name): GroupNumbers.number(of: name).map { .group($0) } ?? .none
        }
    }
}

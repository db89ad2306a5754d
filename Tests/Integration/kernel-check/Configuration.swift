import KernelNetlink
import NetworkTypes
import VirtualServers

func endpoint(_ text: String) -> Endpoint {
    guard let endpoint = Endpoint(text) else { preconditionFailure("\(text) is no endpoint") }
    return endpoint
}

func tcp(_ text: String) -> VirtualService.ID { .address(.tcp, endpoint(text)) }
func udp(_ text: String) -> VirtualService.ID { .address(.udp, endpoint(text)) }
func sctp(_ text: String) -> VirtualService.ID { .address(.sctp, endpoint(text)) }

/// Every attribute of a service, with the line that `ipvsadm -Sn` must save for it.
let services: [(VirtualService, String)] = [
    (VirtualService(tcp("10.0.0.1:80")), "-A -t 10.0.0.1:80 -s wlc"),
    (VirtualService(udp("10.0.0.1:53"), scheduler: Scheduler("rr"), onePacket: true), "-A -u 10.0.0.1:53 -s rr -o"),
    (VirtualService(sctp("10.0.0.1:9"), scheduler: Scheduler("lc")), "-A --sctp-service 10.0.0.1:9 -s lc"),
    (
        VirtualService(
            tcp("10.0.0.1:443"), scheduler: Scheduler("sh"), schedulerFlags: [.flag1, .flag2], persistenceTimeout: 360,
            netmask: .ipv4(0xFFFF_FF00)), "-A -t 10.0.0.1:443 -s sh -p 360 -M 255.255.255.0 -b sh-fallback,sh-port"
    ),
    (
        VirtualService(tcp("10.0.0.1:81"), scheduler: Scheduler("mh"), schedulerFlags: .flag2),
        "-A -t 10.0.0.1:81 -s mh -b mh-port"
    ),
    (
        VirtualService(tcp("10.0.0.1:82"), scheduler: Scheduler("rr"), schedulerFlags: .flag3),
        "-A -t 10.0.0.1:82 -s rr -b flag-3"
    ),
    (
        VirtualService(
            udp("10.0.0.1:5060"), scheduler: Scheduler("rr"), persistenceTimeout: 60, persistenceEngine: "sip"),
        "-A -u 10.0.0.1:5060 -s rr -p 60 --pe sip"
    ),
    (VirtualService(tcp("10.0.0.2:0"), persistenceTimeout: 2_678_400), "-A -t 10.0.0.2:0 -s wlc -p 2678400"),
    (VirtualService(tcp("[2001:db8::1]:80")), "-A -t [2001:db8::1]:80 -s wlc"),
    (
        VirtualService(
            udp("[2001:db8::1]:53"), scheduler: Scheduler("sh"), persistenceTimeout: 300, netmask: .ipv6(64)),
        "-A -u [2001:db8::1]:53 -s sh -p 300 -M 64"
    ),
    (VirtualService(.firewallMark(1, .ipv4), scheduler: .wrr), "-A -f 1 -s wrr"),
    (VirtualService(.firewallMark(1, .ipv6), persistenceTimeout: 300), "-A -f 1 -6 -s wlc -p 300"),
    (VirtualService(.firewallMark(2_147_483_647, .ipv4), onePacket: true), "-A -f 2147483647 -s wlc -o"),
]

func checkServices(_ client: IPVSClient, _ checks: inout Checks) throws {
    for (service, line) in services {
        try client.perform(.addService(service))
        checks.equal("service as read back: \(line)", try client.service(service.id).service, service)
    }
    checks.sameLines("services as ipvsadm saves them", output("ipvsadm -Sn"), services.map(\.1))
    let found = try client.services().map(\.service)
    checks.equal("services in a dump", Set(found), Set(services.map(\.0)))
    // An edit replaces everything: what is not named goes back to its default.
    for (service, _) in services where service.id.endpoint?.port != 0 {
        try client.perform(.editService(VirtualService(service.id, scheduler: Scheduler("sed"))))
        checks.equal(
            "service edited: \(service.id)", try client.service(service.id).service,
            VirtualService(service.id, scheduler: Scheduler("sed")))
    }
    for (service, _) in services { try client.perform(.deleteService(service.id)) }
    checks.equal("services deleted", output("ipvsadm -Sn"), "")
}

/// Every attribute of a real server, with what `ipvsadm -Sn` says of it behind `-r`.
let servers: [(RealServer, String)] = [
    (RealServer(endpoint("10.1.0.1:8080"), method: .masquerading, weight: 0), "10.1.0.1:8080 -m -w 0"),
    (RealServer(endpoint("10.1.0.2:80"), weight: .max), "10.1.0.2:80 -g -w 2147483647"),
    (RealServer(endpoint("10.1.0.3:80"), method: .ipip, weight: 3), "10.1.0.3:80 -i -w 3 --tun-type ipip"),
    (
        RealServer(endpoint("10.1.0.4:80"), method: .tunnelling(.gue(port: 6080, .none))),
        "10.1.0.4:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum"
    ),
    (
        RealServer(endpoint("10.1.0.5:80"), method: .tunnelling(.gue(port: 65535, .checksum))),
        "10.1.0.5:80 -i -w 1 --tun-type gue --tun-port 65535 --tun-csum"
    ),
    (
        RealServer(endpoint("10.1.0.6:80"), method: .tunnelling(.gue(port: 1, .remote))),
        "10.1.0.6:80 -i -w 1 --tun-type gue --tun-port 1 --tun-remcsum"
    ),
    (
        RealServer(endpoint("10.1.0.7:80"), method: .tunnelling(.gre(.none))),
        "10.1.0.7:80 -i -w 1 --tun-type gre --tun-nocsum"
    ),
    (
        RealServer(endpoint("10.1.0.8:80"), method: .tunnelling(.gre(.checksum))),
        "10.1.0.8:80 -i -w 1 --tun-type gre --tun-csum"
    ),
    (
        RealServer(endpoint("10.1.0.9:80"), method: .masquerading, upperThreshold: 100, lowerThreshold: 80),
        "10.1.0.9:80 -m -w 1"
    ),
    (RealServer(endpoint("10.1.0.10:0"), method: .masquerading), "10.1.0.10:0 -m -w 1"),
]

func checkServers(_ client: IPVSClient, _ checks: inout Checks) throws {
    let web = tcp("10.0.0.1:80")
    let mark = VirtualService.ID.firewallMark(7, .ipv6)
    let web6 = tcp("[2001:db8::1]:80")
    for id in [web, mark, web6] { try client.perform(.addService(VirtualService(id))) }
    for (server, _) in servers { try client.perform(.addServer(server, to: web)) }
    var lines = ["-A -t 10.0.0.1:80 -s wlc"] + servers.map { "-a -t 10.0.0.1:80 -r \($0.1)" }
    // A tunnel may lead into the other family.
    let mixed = RealServer(endpoint("[2001:db8::99]:80"), method: .ipip, weight: 5)
    try client.perform(.addServer(mixed, to: web))
    lines.append("-a -t 10.0.0.1:80 -r [2001:db8::99]:80 -i -w 5 --tun-type ipip")
    let mixed4 = RealServer(endpoint("10.1.0.77:80"), method: .ipip, weight: 6)
    try client.perform(.addServer(mixed4, to: web6))
    lines += ["-A -t [2001:db8::1]:80 -s wlc", "-a -t [2001:db8::1]:80 -r 10.1.0.77:80 -i -w 6 --tun-type ipip"]
    let six = RealServer(endpoint("[2001:db8::5]:8080"), method: .masquerading, weight: 2)
    try client.perform(.addServer(six, to: mark))
    lines += ["-A -f 7 -6 -s wlc", "-a -f 7 -6 -r [2001:db8::5]:8080 -m -w 2"]
    checks.sameLines("real servers as ipvsadm saves them", output("ipvsadm -Sn"), lines)
    checks.equal(
        "real servers as read back", Set(try client.servers(of: web).map(\.server)), Set(servers.map(\.0) + [mixed]))
    checks.equal("IPv4 server of an IPv6 service", try client.servers(of: web6).map(\.server), [mixed4])
    checks.equal("IPv6 server of a mark", try client.servers(of: mark).map(\.server), [six])
    let thresholds = output("ipvsadm -Ln --thresholds | grep 10.1.0.9: | tr -s ' '")
    checks.equal("thresholds as ipvsadm lists them", thresholds, " -> 10.1.0.9:80 100 80 0 0 \n")
    let tunnel = output("ipvsadm -Ln --tun-info | grep 10.1.0.6: | tr -s ' '")
    checks.equal("tunnel as ipvsadm lists it", tunnel, " -> 10.1.0.6:80 Tunnel gue:1:r+c 1 0 0 \n")
    checks.equal(
        "dump and table agree", VirtualServerTable(try client.dump()), try client.table())
    checks.equal("the table's services", Set(try client.table().entries.keys), [web, mark, web6])

    for (server, _) in servers {
        let edited = RealServer(server.endpoint, method: .masquerading, weight: 9, upperThreshold: 5, lowerThreshold: 4)
        try client.perform(.editServer(edited, of: web))
        checks.equal(
            "real server edited: \(server.endpoint)",
            try client.servers(of: web).map(\.server).first { $0.endpoint == server.endpoint }, edited)
        try client.perform(.deleteServer(server.endpoint, from: web))
    }
    try client.perform(.deleteServer(mixed.endpoint, from: web))
    try client.perform(.deleteServer(mixed4.endpoint, from: web6))
    try client.perform(.deleteServer(six.endpoint, from: mark))
    checks.equal("real servers deleted", output("ipvsadm -Sn | grep -c -- -a").trimmed, "0")
    try client.perform(.flush)
    checks.equal("table flushed", try client.table(), VirtualServerTable())
    checks.equal("servers of a service that is not there", try client.servers(of: web), [])
}

extension String {
    var trimmed: String {
        var text = self
        while text.last == "\n" || text.last == " " { text.removeLast() }
        return text
    }
}

import Glibc
import KernelNetlink
import NetworkTypes
import VirtualServers

/// A table of many services with ten real servers each, and the commands that make it.
func bulk(services: Int) -> [IPVSCommand] {
    (0..<services).flatMap { number -> [IPVSCommand] in
        let address = IPAddress(ipv4: 0x0A00_0000 + UInt32(number))
        let id = VirtualService.ID.address(.tcp, Endpoint(address, 80))
        return [.addService(VirtualService(id, scheduler: Scheduler("wrr")))]
            + (1...10).map { server in
                .addServer(
                    RealServer(
                        Endpoint(IPAddress(ipv4: 0x0B00_0000 + UInt32(number) << 8 + UInt32(server)), 80),
                        method: .masquerading, weight: Int32(server)), to: id)
            }
    }
}

/// The table that commands leave behind, as the pure model says.
func expected(_ commands: [IPVSCommand]) -> VirtualServerTable {
    var table = VirtualServerTable()
    for command in commands {
        switch command {
        case .addService(let service): table.entries[service.id] = .init(service)
        case .addServer(let server, let id): table.entries[id]?.servers[server.endpoint] = server
        default: preconditionFailure("only additions")
        }
    }
    return table
}

func checkBulk(_ client: IPVSClient, _ checks: inout Checks) throws {
    let commands = bulk(services: 1000)
    let start = now()
    let failures = client.apply(commands)
    let programmed = now()
    checks.equal("1,000 services and 10,000 servers pipelined", failures.count, 0)
    let table = try client.table()
    let read = now()
    checks.check("the table read back is the one wanted", table == expected(commands))
    checks.equal("ipvsadm counts as many", output("ipvsadm -Sn | wc -l").trimmed, "\(commands.count)")
    print("      programmed in \(milliseconds(programmed - start)), read in \(milliseconds(read - programmed))")

    // Everything again: all of it is refused, each command with its own answer, more than one buffer would hold.
    let again = client.apply(commands)
    checks.check(
        "11,000 refusals come back one by one",
        again.count == commands.count && again.allSatisfy { $0.error.code == .refused && $0.error.errno == EEXIST },
        "\(again.count) failures, the first \(again.first as Any)")

    let middle = 5000
    var mixed = Array(commands.map(edited))
    mixed[middle] = .deleteServer(endpoint("1.2.3.4:5"), from: tcp("10.0.0.1:80"))
    mixed[middle + 1] = .addService(VirtualService(tcp("10.0.0.1:80")))
    let found = client.apply(mixed)
    checks.equal("errors in the middle of 11,000 commands", found.map(\.index), [middle, middle + 1])
    checks.equal("their numbers", found.map(\.error.errno), [ENOENT, EEXIST])
    checks.equal(
        "a weight after the edits", try client.servers(of: tcp("10.0.0.3:80")).map(\.server.weight),
        Array(repeating: 77, count: 10))
    try client.perform(.flush)
}

/// The same entry with another weight or scheduler.
private func edited(_ command: IPVSCommand) -> IPVSCommand {
    switch command {
    case .addService(var service):
        service.scheduler = Scheduler("rr")
        return .editService(service)
    case .addServer(var server, let id):
        server.weight = 77
        return .editServer(server, of: id)
    default: return command
    }
}

/// Answers get lost when they do not fit the socket's buffer: a tiny one loses most of them.
func checkLoss(_ checks: inout Checks) throws {
    let client = try IPVSClient(receiveBuffer: 2048)
    let commands = bulk(services: 100)
    let done = client.apply(commands)
    checks.equal("a small buffer: additions without failure", done.count, 0)
    // Each server twice, the second time refused: 1,000 errors to go through a buffer for two or three.
    var doubled: [IPVSCommand] = []
    var wanted: [Int] = []
    for number in 0..<100 {
        let id = tcp("10.0.0.\(number):80")
        let other = RealServer(endpoint("12.0.0.\(number + 1):80"), method: .masquerading)
        doubled.append(.addServer(other, to: id))
        doubled.append(.deleteServer(endpoint("13.0.0.1:1"), from: id))
        wanted.append(doubled.count - 1)
        doubled.append(.addService(VirtualService(id)))
        wanted.append(doubled.count - 1)
    }
    let failures = client.apply(doubled)
    // A server to be removed that is not there: what was wanted is so, and the loss hides that the kernel refused it.
    let additions = failures.filter { $0.error.errno == EEXIST }.map(\.index)
    checks.equal("a small buffer: each refused addition has its reason", additions, wanted.filter { $0 % 3 == 2 })
    checks.check(
        "a small buffer: nothing else failed",
        failures.allSatisfy {
            $0.index % 3 == 2 && $0.error.errno == EEXIST || $0.index % 3 == 1 && $0.error.errno == ENOENT
        },
        "\(failures.first { $0.index % 3 == 0 } as Any)")
    checks.check(
        "a small buffer did lose answers", failures.count < wanted.count,
        "all \(failures.count) answers came through, so this proves nothing")
    let servers = try client.servers(of: tcp("10.0.0.7:80"))
    checks.equal("a small buffer: the server is there", servers.count, 11)
    try client.perform(.flush)
    checks.equal("the client works on after losses", try client.table(), VirtualServerTable())
}

func milliseconds(_ seconds: Double) -> String { "\(Int(seconds * 1000 + 0.5)) ms" }

internal import Glibc
internal import KernelNetlink
internal import VirtualServers

/// One run: a connection to the kernel, and what is to be printed.
struct IpvsSession {
    private let program: () -> String
    private let client: IPVSClient
    private let parser: RuleParser
    var streams = StandardStreams()
    /// Commands of a restore that have not been sent: many travel in one message.
    private var pending: [IPVSCommand] = []
    /// The exit status so far.
    private var status: Int32 = 0

    init(program: @escaping () -> String) throws(IPVSError) {
        self.program = program
        client = try IPVSClient(modprobeComplains: true)
        parser = RuleParser(program: program(), resolver: SystemNames.resolver)
    }

    /// Carries out one command line; without words it lists.
    /// - Throws: what keeps the caller from IPVS altogether, whatever the words are. A change tells that itself; with
    ///   anything else a question goes ahead.
    mutating func run(_ words: [String]) throws(IPVSError) -> Int32 {
        let request: RuleRequest
        do throws(RuleError) {
            request = words.isEmpty ? .list(ListRequest()) : try parser.parse(words)
        } catch {
            _ = try client.info()
            fail(error)
            return status
        }
        if case .change(let command) = request {
            try change(command)
            return status
        }
        let kernel = try client.info()
        if case .restore = request { restore() } else { answer(request, kernel) }
        return status
    }

    private mutating func change(_ command: IPVSCommand) throws(IPVSError) {
        do throws(IPVSError) {
            try client.perform(command)
        } catch {
            if error.errno == EPERM { throw error }
            streams.complain(Self.text(error, command.operation))
            status = 255
        }
    }

    /// `-R`: lines from standard input. What has arrived is carried out before more is waited for.
    private mutating func restore() {
        var rest: [UInt8] = []
        while true {
            let chunk = InputFile.chunk(of: STDIN_FILENO)
            rest += chunk
            let end = chunk.isEmpty ? rest.endIndex : (rest.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0)
            let goesOn = take(RestoreLines(Array(rest[..<end])))
            send()
            if chunk.isEmpty || !goesOn { return }
            rest.removeSubrange(..<end)
            guard rest.count <= Self.longestLine else {
                streams.complain("a line is longer than \(Self.longestLine) bytes")
                status = 2
                return
            }
        }
    }

    private static let longestLine = 1 << 20

    /// `ipvsadm-restore`: all of a file in place of the table.
    mutating func replace(with file: [UInt8]) throws(IPVSError) -> Int32 {
        _ = try client.info()
        var kept: [UInt8] = []
        for line in file.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            kept += line
            kept.append(UInt8(ascii: "\n"))
        }
        pending.append(.flush)
        send()
        status = 0
        _ = take(RestoreLines(kept))
        send()
        return status
    }

    /// Carries out lines; false when one of them ends the restore.
    private mutating func take(_ lines: RestoreLines) -> Bool {
        for words in lines {
            do throws(RuleError) {
                switch try parser.parse(words) {
                case .change(let command): pending.append(command)
                case .restore: throw .noCommand(program: program())
                case let request:
                    send()
                    answer(request, nil)
                    if status != 0 || request == .help || request == .version { return false }
                }
            } catch {
                send()
                fail(error)
                if error.stopsRestore { return false }
            }
        }
        return true
    }

    /// Sends what is pending; the status is that of the last command.
    private mutating func send() {
        guard !pending.isEmpty else { return }
        status = 0
        for failure in client.apply(pending) {
            streams.complain(Self.text(failure.error, failure.command.operation))
            if failure.index == pending.count - 1 { status = 255 }
        }
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func fail(_ error: RuleError) {
        streams.complain(error.message)
        status = error.status
    }

    /// Requests that print. Status 1 where the kernel does not answer.
    /// - Parameter kernel: nil where it has not been asked for yet.
    private mutating func answer(_ request: RuleRequest, _ kernel: KernelInfo?) {
        status = 0
        do throws(IPVSError) {
            switch request {
            case .list(let list): try show(list, kernel)
            case .save(let numeric):
                var lines = SaveLines(names: names(numeric))
                let services = try client.services(.settings)
                for index in SaveLines.order(services) {
                    lines.add(try whole(services[index], .settings))
                    streams.write(lines.take())
                }
            case .help: streams.write(Array(UsageText.help(program: program()).utf8))
            case .version: streams.write(Array(UsageText.version.utf8))
            case .change, .restore: break
            }
        } catch {
            streams.complain(Self.text(error, .readService))
            status = 1
        }
    }

    /// A service with its real servers. A table is read and written service by service: the memory for all of it at
    /// once would cost as much as reading it.
    private func whole(
        _ status: VirtualServiceStatus, _ detail: EntryDetail
    ) throws(IPVSError) -> VirtualServiceStatus {
        var status = status
        status.servers = try client.servers(of: status.service.id, detail)
        return status
    }

    private mutating func show(_ list: ListRequest, _ known: KernelInfo?) throws(IPVSError) {
        switch list.subject {
        case .table:
            var listing = TableListing(list, names: names(list.numeric))
            let kernel = if let known { known } else { try client.info() }
            let detail: EntryDetail = listing.hasCounters ? .counters : .settings
            let services = try client.services(detail)
            listing.begin(kernel: kernel)
            for index in listing.order(services) {
                listing.add(try whole(services[index], detail))
                streams.write(listing.take())
            }
            streams.write(listing.take())
        case .service(let id):
            let status = try whole(try client.service(id), .counters)
            var listing = TableListing(list, names: names(list.numeric))
            listing.begin(kernel: nil)
            listing.add(status)
            streams.write(listing.take())
        case .connections:
            let path = "/proc/net/ip_vs_conn"
            guard let table = InputFile.contents(of: path) else {
                streams.complain("cannot open file \(path)")
                status = 1
                return
            }
            let listing = ConnectionListing(names: names(list.numeric), persistenceData: list.persistenceData)
            streams.write(listing.render(table))
        case .timeouts, .daemons:
            // Of a kernel that does not answer ipvsadm says nothing here; its status does.
            do throws(IPVSError) {
                let text =
                    list.subject == .timeouts
                    ? DaemonListing.render(try client.timeouts()) : DaemonListing.render(try client.daemons())
                streams.write(text)
            } catch {
                status = 1
            }
        }
    }

    private func names(_ numeric: Bool) -> RuleNames {
        numeric ? .numeric : SystemNames.names
    }

    /// What an operator reads of an error: ipvsadm's words for the kernel's numbers.
    static func text(_ error: IPVSError, _ operation: KernelRefusal.Operation) -> String {
        guard error.errno != 0 else { return error.description }
        if let text = KernelRefusal.text(error.errno, operation) { return text }
        return unsafe strerror(error.errno).map { unsafe String(cString: $0) } ?? "error \(error.errno)"
    }
}

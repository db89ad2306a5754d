import ControlProtocol
import ControlSocket
import DirectorCore
import Logs

/// The commands that ask a running daemon over its control socket.
enum StatusCommand {
    /// What all of them understand.
    private struct Options {
        var runtimeDirectory = "/run/director"
        var json = false
        var limit = 100

        init(_ command: String, _ arguments: [String], accepting accepted: Set<String>) throws(CommandFailure) {
            var rest = arguments[...]
            while let option = rest.popFirst() {
                guard option == "--runtime-dir" || accepted.contains(option) else {
                    throw .usage("\(command): unknown option '\(option)', see director \(command) --help")
                }
                switch option {
                case "--json": json = true
                default:
                    guard let value = rest.popFirst() else { throw .usage("\(command): \(option) needs a value") }
                    if option == "--runtime-dir" {
                        runtimeDirectory = value
                    } else {
                        guard let number = Int(value), (0...EventHistory.limit).contains(number) else {
                            throw .usage(
                                "\(command): --limit takes a number from 0 to \(EventHistory.limit), not '\(value)'")
                        }
                        limit = number
                    }
                }
            }
        }
    }

    static func status(_ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let options = try Options("status", arguments, accepting: ["--json"])
            let result = try ask(.status, options)
            guard !options.json else { return StandardStream.output.write(result.pretty) }
            return StandardStream.output.write(StatusText.render(try decoded { try Snapshot(json: result) }))
        }
    }

    static func events(_ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let options = try Options("events", arguments, accepting: ["--json", "--limit"])
            let result = try ask(.events(EventQuery(limit: options.limit)), options)
            guard !options.json else { return StandardStream.output.write(result.pretty) }
            let records = try decoded { try result.elements.map { try EventRecord(json: $0) } }
            return StandardStream.output.write(StatusText.render(records))
        }
    }

    static func reload(_ arguments: [String]) -> Int32 {
        CommandFailure.reported { () throws(CommandFailure) in
            let options = try Options("reload", arguments, accepting: [])
            _ = try ask(.reload, options)
            return true
        }
    }

    private static func ask(_ request: ControlRequest, _ options: Options) throws(CommandFailure) -> JSON {
        let path = options.runtimeDirectory + "/control.sock"
        let answer: [UInt8]
        do {
            // A reload waits for name servers; that the daemon dies is noticed all the same.
            let limit = request == .reload ? 0 : 10
            answer = try ControlClient(path: path, timeout: limit).ask(request.json.line)
        } catch {
            throw .failed("\(error) (is directord running with --runtime-dir \(options.runtimeDirectory)?)")
        }
        switch try decoded({ try ControlResponse(json: JSON(parsing: answer)) }) {
        case .done(let result): return result
        case .refused(let reason): throw .failed(reason)
        }
    }

    private static func decoded<Value>(_ body: () throws -> Value) throws(CommandFailure) -> Value {
        do {
            return try body()
        } catch {
            throw .failed("the daemon's answer cannot be understood: \(error)")
        }
    }
}

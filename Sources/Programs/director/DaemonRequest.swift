import ControlProtocol
import ControlSocket

/// One question to a running daemon and its answer.
enum DaemonRequest {
    /// Seconds that a reload may take: it waits for name servers, each of which may be silent for a while.
    private static let reloadLimit = 120

    static func ask(_ request: ControlRequest, _ runtimeDirectory: String) throws(CommandFailure) -> JSON {
        let answer: [UInt8]
        do {
            let limit = request == .reload ? reloadLimit : 10
            answer = try ControlClient(path: path(runtimeDirectory), timeout: limit).ask(request.json.line)
        } catch {
            if error.isForbidden { throw .failed("\(error)") }
            if request.isChange, request != .reload {
                throw .failed(
                    "\(error) (is directord running with --runtime-dir \(runtimeDirectory)? "
                        + "One that is held up may still carry the order out: see director status)")
            }
            if request == .reload {
                throw .failed(
                    "\(error) (is directord running with --runtime-dir \(runtimeDirectory)? "
                        + "One that waits for name servers may still carry the reload out: see director events)")
            }
            throw .failed("\(error) \(advice(runtimeDirectory))")
        }
        switch try decoded({ try ControlResponse(json: JSON(parsing: answer)) }) {
        case .done(let result): return result
        case .refused(let reason): throw .failed(reason)
        }
    }

    static func path(_ runtimeDirectory: String) -> String { runtimeDirectory + "/control.sock" }

    static func advice(_ runtimeDirectory: String) -> String {
        "(is directord running with --runtime-dir \(runtimeDirectory)? The kernel keeps its table: director ipvs -Ln)"
    }

    static func decoded<Value>(_ body: () throws -> Value) throws(CommandFailure) -> Value {
        do {
            return try body()
        } catch {
            throw .failed("the daemon's answer cannot be understood: \(error)")
        }
    }
}

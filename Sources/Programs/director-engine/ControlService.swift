import ControlProtocol
import ControlSocket
import DirectorCore
import EventLoop
import Glibc
import Logging

/// Answers what `director` and other clients ask over the control socket, a JSON text a line.
///
/// Reading is open to everybody who may open the socket (mode 0660: root and its group); changing needs root or the
/// engine's own user.
@LoopActor final class ControlService {
    private var listener: UnixListener?
    private let engine: Engine
    private let source: ConfigurationSource

    init(path: String, engine: Engine, source: ConfigurationSource) throws {
        self.engine = engine
        self.source = source
        var options = UnixListener.Options()
        options.mode = 0o660
        listener = try UnixListener(path: path, options: options) { [unowned self] in serve($0) }
    }

    func close() {
        listener?.close()
    }

    private func serve(_ connection: StreamConnection) {
        // A request is small; what is longer is not one.
        var splitter = LineSplitter(limit: 1 << 16)
        connection.onData = { [unowned self, unowned connection] bytes in
            do {
                for line in try splitter.lines(from: bytes) { answer(line, on: connection) }
            } catch {
                send(.refused("the request is longer than 65536 bytes"), on: connection)
                listener?.release(connection)
            }
        }
    }

    private func answer(_ line: [UInt8], on connection: StreamConnection) {
        let request: ControlRequest
        do {
            request = try ControlRequest(json: JSON(parsing: line))
        } catch {
            send(.refused("\(error)"), on: connection)
            return
        }
        if request.isChange, ![0, getuid()].contains(connection.peer.uid) {
            send(.refused("permission denied: only root may change what the director does"), on: connection)
            return
        }
        switch request {
        case .status:
            let snapshot = engine.snapshot()
            send(snapshot.map { .done($0.json) } ?? .refused("the engine has not started yet"), on: connection)
        case .events(let limit):
            send(.done(.array(engine.events(limit: limit).map(\.json))), on: connection)
        case .reload:
            EventLoop.main.task { @LoopActor [source] in
                let problem = await source.reload(.request)
                self.send(problem.map { .refused($0) } ?? .done("reloaded"), on: connection)
            }
        }
    }

    private func send(_ response: ControlResponse, on connection: StreamConnection) {
        connection.send(response.json.line + [UInt8(ascii: "\n")])
    }
}

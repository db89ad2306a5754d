// Stands in for the engine where the kernel has no IPVS: gives a prober its checks and throws the results away, so that
// the prober can be measured on any kernel. Runs until it is killed.
//
//     prober-driver SOCKET tcp|http ADDRESS:PORT...      each is checked once a second

import Glibc
import HealthChecking
import NetworkTypes

func end(_ text: String, _ status: Int32) -> Never {
    let line = Array("\(text)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(status)
}

let arguments = CommandLine.arguments
guard arguments.count > 3, ["tcp", "http"].contains(arguments[2]) else {
    end("prober-driver SOCKET tcp|http ADDRESS:PORT...", 2)
}
let kind: CheckSpec.Kind = arguments[2] == "tcp" ? .connect : .http(HTTPCheck())

var frames: [UInt8] = []
for (number, text) in arguments.dropFirst(3).enumerated() {
    guard let endpoint = Endpoint(text) else {
        end("prober-driver: \(text) is no ADDRESS:PORT", 2)
    }
    let spec = CheckSpec(endpoint, kind, interval: .seconds(1), timeout: .seconds(3))
    frames += try ProberRequest.add(CheckID(rawValue: UInt32(number)), spec).frame()
}

let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
var address = sockaddr_un()
address.sun_family = sa_family_t(AF_UNIX)
withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(arguments[1].utf8)) }
unlink(arguments[1])
let bound = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
}
guard bound == 0, listen(listener, 1) == 0 else {
    end("prober-driver: cannot listen at \(arguments[1])", 1)
}
// The prober runs as another user.
chmod(arguments[1], 0o777)
let prober = accept(listener, nil, nil)
var sent = 0
while sent < frames.count {
    let count = frames[sent...].withUnsafeBytes { write(prober, $0.baseAddress, $0.count) }
    guard count > 0 else { exit(1) }
    sent += count
}
var buffer = [UInt8](repeating: 0, count: 65536)
while read(prober, &buffer, buffer.count) > 0 {}

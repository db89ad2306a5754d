import DirectorConfig
import Glibc
import Testing

/// The files below conf/ are what people start from.
struct SampleFileTests {
    /// The sample and the lines that have to be said of it.
    @Test(arguments: [
        ("nat", []), ("direct-routing", []), ("tunnel", []), ("ipv6", []), ("firewall-mark", []),
        ("dns", ["the service dns is not spoken yet: its servers are taken as down"]), ("mail", []),
        ("persistent-https", []), ("maintenance", []), ("two-tiers", []),
    ])
    func aSampleIsAcceptedAndSaysWhatItMeans(folder: String, warnings: [String]) throws {
        let result = parse(try contents("conf/\(folder)/ldirectord.cf"))
        #expect(result.configuration?.virtuals.isEmpty == false)
        #expect(result.diagnostics.map(\.text) == warnings)
    }

    private struct Unreadable: Error {
        var path: String
    }

    private func contents(_ path: String) throws -> [UInt8] {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        guard let file = fopen("\(root)/\(path)", "r") else { throw Unreadable(path: path) }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return Array(bytes[..<count])
    }
}

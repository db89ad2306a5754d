import DirectorConfig
import Glibc
import Testing

/// The files below conf/ are what people start from.
struct SampleFileTests {
    @Test(arguments: [
        "nat", "direct-routing", "tunnel", "ipv6", "firewall-mark", "dns", "mail", "persistent-https", "maintenance",
        "two-tiers", "operations", "watched",
    ])
    func aSampleIsAcceptedAndNothingIsToBeSaidOfIt(folder: String) throws {
        let result = parse(try contents("conf/\(folder)/ldirectord.cf"))
        #expect(result.configuration?.virtuals.isEmpty == false)
        #expect(result.diagnostics.map(\.text) == [])
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

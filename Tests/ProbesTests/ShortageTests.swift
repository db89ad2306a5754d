import Glibc
import Testing

@testable import Probes

struct ShortageTests {
    @Test(arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM, EAGAIN, EADDRNOTAVAIL])
    func `what this machine lacks says nothing of the server`(number: Int32) {
        #expect(ProbeOutcome.error(number) == .unjudged(FailureReason.errno(number)))
    }

    @Test(arguments: [ECONNREFUSED, ECONNRESET, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, EACCES])
    func `what the way to the server says counts`(number: Int32) {
        #expect(ProbeOutcome.error(number) == .failed(FailureReason.errno(number)))
    }
}

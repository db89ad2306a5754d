package import HealthChecking

/// How the real servers of a section are to be checked, as its lines say it; what is run is decided in
/// `RealConfiguration.check`.
package struct CheckSettings: Hashable, Sendable {
    package var type = CheckType.negotiate
    /// Written, or chosen from the port of the virtual service.
    package var service = ApplicationService.none
    /// The program of the external checks; nil where none is written.
    package var command: String?
    /// The port that is checked in place of the real server's own.
    package var port: UInt16?
    /// What is asked for; nil for the default of the service. Without the `/` that HTTP puts in front.
    package var request: String?
    /// A Perl-compatible pattern; nil takes every answer.
    package var receive: String?
    package var method = HTTPCheck.Method.get
    package var virtualHost: String?
    /// The statuses of HTTP that are an answer of a server that is up.
    package var expectedStatus = StatusSet.success
    package var verification = TLSVerification.off
    package var login: String?
    package var password: String?
    package var database: String?
    package var secret: String?
    package var load: String?

    package init() {}
}

/// The values of `checktype`.
package enum CheckType: Hashable, Sendable {
    case negotiate
    case connect
    case ping
    case external
    case externalPerl
    case on
    case off
    /// A negotiation, then this many connects, then a negotiation again.
    case combined(connects: Int)
}

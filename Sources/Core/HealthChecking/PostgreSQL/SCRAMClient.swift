internal import Digests

/// The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding.
struct SCRAMClient {
    static let mechanism = "SCRAM-SHA-256"
    /// PostgreSQL's `scram_iterations` is 4,096 unless somebody hardens it; a server that asks for more than this wants
    /// to keep us busy.
    static let mostIterations = 1_000_000

    private let password: [UInt8]
    private let nonce: String
    private var serverFirst = ""
    private var serverNonce = ""
    private var signature: [UInt8] = []

    /// - Parameter nonce: printable, without a comma, unforeseeable.
    init(password: String, nonce: String) {
        self.password = Array(password.utf8)
        self.nonce = nonce
    }

    /// PostgreSQL takes the user from the start-up message and wants none here.
    private var bare: String { "n=,r=\(nonce)" }

    var first: String { "n,,\(bare)" }

    /// What has to be derived for the answer to the server's first message; nil when that is none.
    mutating func challenge(_ message: String) -> KeyDerivation? {
        let fields = message.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count >= 3, fields[0].hasPrefix("r="), fields[1].hasPrefix("s="), fields[2].hasPrefix("i="),
            fields[0].dropFirst(2).hasPrefix(nonce), fields[0].utf8.count > nonce.utf8.count + 2,
            let salt = Base64.decode(fields[1].dropFirst(2)), !salt.isEmpty,
            let iterations = Int(fields[2].dropFirst(2)), (1...Self.mostIterations).contains(iterations)
        else { return nil }
        serverFirst = message
        serverNonce = String(fields[0].dropFirst(2))
        return KeyDerivation(password: password, salt: salt, iterations: iterations)
    }

    /// The last message, with the proof that the password is known.
    mutating func final(_ saltedPassword: [UInt8]) -> String {
        let withoutProof = "c=biws,r=\(serverNonce)"
        let text = Array("\(bare),\(serverFirst),\(withoutProof)".utf8)
        let clientKey = Digest.hmacSHA256(key: saltedPassword, Array("Client Key".utf8))
        let proof = zip(clientKey, Digest.hmacSHA256(key: Digest.sha256(clientKey), text)).map { $0 ^ $1 }
        let serverKey = Digest.hmacSHA256(key: saltedPassword, Array("Server Key".utf8))
        signature = Digest.hmacSHA256(key: serverKey, text)
        return "\(withoutProof),p=\(Base64.encode(proof))"
    }

    /// Whether the server has shown that it knows the password too.
    func verifies(_ message: String) -> Bool {
        guard message.hasPrefix("v="), !signature.isEmpty else { return false }
        return Base64.decode(message.dropFirst(2).prefix { $0 != "," }) == signature
    }
}

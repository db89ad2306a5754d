internal import Digests

/// How a password is proven to a MySQL or MariaDB server.
enum MySQLAuthentication {
    static let native = "mysql_native_password"
    static let cachingSHA2 = "caching_sha2_password"

    /// The answer to a nonce; nil for a plugin that is not spoken.
    static func answer(_ plugin: String, password: [UInt8], nonce: [UInt8]) -> [UInt8]? {
        switch plugin {
        case native:
            guard !password.isEmpty else { return [] }
            let once = Digest.sha1(password)
            return combine(once, Digest.sha1(nonce + Digest.sha1(once)))
        case cachingSHA2:
            guard !password.isEmpty else { return [] }
            let once = Digest.sha256(password)
            return combine(once, Digest.sha256(Digest.sha256(once) + nonce))
        default: return nil
        }
    }

    /// The password as `caching_sha2_password` wants it from who is not in the server's cache, without TLS: combined
    /// with the nonce and encrypted with the server's key. Nil when the key is none.
    static func encrypted(password: [UInt8], nonce: [UInt8], key: [UInt8], seed: [UInt8]) -> [UInt8]? {
        let plain = (password + [0]).enumerated().map { $1 ^ nonce[$0 % nonce.count] }
        return RSAPublicKey(pem: key)?.encrypt(plain, seed: seed)
    }

    private static func combine(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { zip(left, right).map { $0 ^ $1 } }
}

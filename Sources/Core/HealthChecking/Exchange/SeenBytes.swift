extension Collection<UInt8> {
    /// What was seen, for a person: at most 80 characters between quotes, what is no printable ASCII as `\xNN`.
    package var seen: String {
        var text = "'"
        for byte in self {
            guard text.utf8.count <= 80 else { return text + "...'" }
            if (0x20...0x7E).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
            }
        }
        return text + "'"
    }
}

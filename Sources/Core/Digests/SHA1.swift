/// FIPS 180-4, section 6.1: what MySQL's native password is made of.
struct SHA1: Compression {
    static let isBigEndian = true

    private var a: UInt32 = 0x6745_2301
    private var b: UInt32 = 0xefcd_ab89
    private var c: UInt32 = 0x98ba_dcfe
    private var d: UInt32 = 0x1032_5476
    private var e: UInt32 = 0xc3d2_e1f0

    var words: [UInt32] { [a, b, c, d, e] }

    mutating func compress(_ block: InlineArray<16, UInt32>) {
        var schedule = block
        var (a, b, c, d, e) = (self.a, self.b, self.c, self.d, self.e)
        for step in 0..<80 {
            if step > 15 {
                let word =
                    schedule[(step + 13) & 15] ^ schedule[(step + 8) & 15] ^ schedule[(step + 2) & 15]
                    ^ schedule[step & 15]
                schedule[step & 15] = word << 1 | word >> 31
            }
            let mixed: UInt32
            switch step / 20 {
            case 0: mixed = ((b & c) | (~b & d)) &+ 0x5a82_7999
            case 1: mixed = (b ^ c ^ d) &+ 0x6ed9_eba1
            case 2: mixed = ((b & c) | (b & d) | (c & d)) &+ 0x8f1b_bcdc
            default: mixed = (b ^ c ^ d) &+ 0xca62_c1d6
            }
            let sum = (a << 5 | a >> 27) &+ mixed &+ e &+ schedule[step & 15]
            (e, d, c, b, a) = (d, c, b << 30 | b >> 2, a, sum)
        }
        self.a &+= a
        self.b &+= b
        self.c &+= c
        self.d &+= d
        self.e &+= e
    }
}

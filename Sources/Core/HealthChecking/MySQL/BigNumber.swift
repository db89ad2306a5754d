/// Unsigned numbers of any size as limbs of 32 bits, lowest first: what one encryption needs, no more.
enum BigNumber {
    static func limbs(_ bytes: [UInt8]) -> [UInt32] {
        var limbs = [UInt32](repeating: 0, count: (bytes.count + 3) / 4)
        for (place, byte) in bytes.reversed().enumerated() {
            limbs[place / 4] |= UInt32(byte) << UInt32(8 * (place % 4))
        }
        return limbs
    }

    /// The lowest `count` bytes, highest first.
    static func bytes(_ limbs: [UInt32], _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { place in
            place / 4 < limbs.count ? UInt8(truncatingIfNeeded: limbs[place / 4] >> UInt32(8 * (place % 4))) : 0
        }
    }

    static func power(_ base: [UInt32], _ exponent: [UInt32], modulo modulus: [UInt32]) -> [UInt32] {
        var result: [UInt32] = [1] + [UInt32](repeating: 0, count: modulus.count - 1)
        for limb in exponent.reversed() {
            for bit in (0..<32).reversed() {
                result = multiply(result, result, modulo: modulus)
                if limb >> UInt32(bit) & 1 == 1 { result = multiply(result, base, modulo: modulus) }
            }
        }
        return result
    }

    /// Montgomery would be faster; this is done once for a login, and seldom.
    static func multiply(_ left: [UInt32], _ right: [UInt32], modulo modulus: [UInt32]) -> [UInt32] {
        var product = [UInt32](repeating: 0, count: left.count + right.count + 1)
        for (i, a) in left.enumerated() where a != 0 {
            var carry: UInt64 = 0
            for (j, b) in right.enumerated() {
                let sum = UInt64(a) * UInt64(b) + UInt64(product[i + j]) + carry
                product[i + j] = UInt32(truncatingIfNeeded: sum)
                carry = sum >> 32
            }
            product[i + right.count] = UInt32(truncatingIfNeeded: carry)
        }
        return remainder(product, modulus)
    }

    /// Knuth's algorithm D. The highest limb of the modulus is not zero.
    static func remainder(_ number: [UInt32], _ modulus: [UInt32]) -> [UInt32] {
        let count = modulus.count
        let shift = UInt32(modulus[count - 1].leadingZeroBitCount)
        let divisor = shifted(modulus, left: shift)
        var rest = shifted(number + [0], left: shift)
        let top = UInt64(divisor[count - 1])
        let second = count > 1 ? UInt64(divisor[count - 2]) : 0
        for place in stride(from: rest.count - count - 1, through: 0, by: -1) {
            let head = UInt64(rest[place + count]) << 32 | UInt64(rest[place + count - 1])
            var quotient = min(head / top, 0xffff_ffff)
            var left = head - quotient * top
            let next = count > 1 ? UInt64(rest[place + count - 2]) : 0
            while left <= 0xffff_ffff, quotient * second > left << 32 | next {
                quotient -= 1
                left += top
            }
            if subtract(&rest, at: place, divisor, times: quotient) { addBack(&rest, at: place, divisor) }
        }
        var result = Array(rest[..<count])
        if shift > 0 {
            for index in 0..<count {
                let higher = index + 1 < count ? result[index + 1] : 0
                result[index] = result[index] >> shift | higher << (32 - shift)
            }
        }
        return result
    }

    /// Whether more was subtracted than was there.
    private static func subtract(
        _ rest: inout [UInt32], at place: Int, _ divisor: [UInt32], times factor: UInt64
    ) -> Bool {
        var borrow: UInt64 = 0
        for index in 0..<divisor.count {
            let product = factor * UInt64(divisor[index]) + borrow
            let low = UInt32(truncatingIfNeeded: product)
            borrow = product >> 32 + (rest[place + index] < low ? 1 : 0)
            rest[place + index] &-= low
        }
        let isTooMuch = UInt64(rest[place + divisor.count]) < borrow
        rest[place + divisor.count] &-= UInt32(truncatingIfNeeded: borrow)
        return isTooMuch
    }

    private static func addBack(_ rest: inout [UInt32], at place: Int, _ divisor: [UInt32]) {
        var carry: UInt64 = 0
        for index in 0..<divisor.count {
            let sum = UInt64(rest[place + index]) + UInt64(divisor[index]) + carry
            rest[place + index] = UInt32(truncatingIfNeeded: sum)
            carry = sum >> 32
        }
        rest[place + divisor.count] &+= UInt32(truncatingIfNeeded: carry)
    }

    private static func shifted(_ limbs: [UInt32], left shift: UInt32) -> [UInt32] {
        guard shift > 0 else { return limbs }
        var lower: UInt32 = 0
        return limbs.map { limb in
            defer { lower = limb }
            return limb << shift | lower >> (32 - shift)
        }
    }
}

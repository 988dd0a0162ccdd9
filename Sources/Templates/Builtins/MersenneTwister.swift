//! Python's random numbers, because playbooks see what a seed gives.

import Digests

/// MT19937 as CPython seeds and reads it.
struct MersenneTwister {
    private var state: [UInt32]
    private var index = 624

    /// Seeded by the system.
    init() {
        var generator = SystemRandomNumberGenerator()
        self.init(key: (0..<8).map { _ in generator.next() })
    }

    /// `Random(text)`: the text's bytes and their SHA-512 as one big number.
    init(seed text: String) {
        let bytes = Array(text.utf8)
        let number = bytes + Hash.sha512(bytes).bytes
        self.init(bigEndian: number)
    }

    /// `Random(number)`.
    init(seed number: Int) { self.init(magnitude: number.magnitude) }

    /// `Random(number)` of a float, whose hash is read as an unsigned number.
    init(seed number: Double) { self.init(magnitude: MersenneTwister.hash(number)) }

    private init(magnitude: UInt) {
        self.init(bigEndian: (0..<8).reversed().map { UInt8(truncatingIfNeeded: magnitude >> ($0 * 8)) })
    }

    /// `hash(number)` of a finite float: the number modulo 2^61 - 1.
    private static func hash(_ number: Double) -> UInt {
        var (mantissa, exponent) = number == 0 ? (0, 0) : (number.significand / 2, Int(number.exponent) + 1)
        var hash: UInt = 0
        while mantissa != 0 {
            hash = (hash << 28 & 0x1FFF_FFFF_FFFF_FFFF) | hash >> 33
            mantissa *= 268_435_456
            exponent -= 28
            let whole = mantissa.rounded(.towardZero)
            mantissa -= whole
            hash += UInt(whole)
            if hash >= 0x1FFF_FFFF_FFFF_FFFF { hash -= 0x1FFF_FFFF_FFFF_FFFF }
        }
        let shift = UInt((exponent % 61 + 61) % 61)
        hash = (hash << shift & 0x1FFF_FFFF_FFFF_FFFF) | hash >> (61 - shift)
        return number < 0 ? 0 &- hash : hash
    }

    private init(bigEndian bytes: [UInt8]) {
        var words: [UInt32] = []
        var little = Array(bytes.reversed())
        while little.count % 4 != 0 { little.append(0) }
        for start in stride(from: 0, to: little.count, by: 4) {
            words.append((0..<4).reduce(0) { $0 | UInt32(little[start + $1]) << UInt32(8 * $1) })
        }
        while words.count > 1, words.last == 0 { words.removeLast() }
        self.init(key: words.isEmpty ? [0] : words)
    }

    private init(key: [UInt32]) {
        state = [19_650_218]
        for position in 1..<624 {
            let previous = state[position - 1]
            state.append(1_812_433_253 &* (previous ^ previous >> 30) &+ UInt32(position))
        }
        mix(key)
    }

    private mutating func mix(_ key: [UInt32]) {
        var (position, keyPosition) = (1, 0)
        for _ in 0..<max(624, key.count) {
            let previous = state[position - 1]
            let mixed = state[position] ^ (previous ^ previous >> 30) &* 1_664_525
            state[position] = mixed &+ key[keyPosition] &+ UInt32(keyPosition)
            advance(&position)
            keyPosition = (keyPosition + 1) % key.count
        }
        for _ in 0..<623 {
            let previous = state[position - 1]
            state[position] = (state[position] ^ (previous ^ previous >> 30) &* 1_566_083_941) &- UInt32(position)
            advance(&position)
        }
        state[0] = 0x8000_0000
    }

    private mutating func advance(_ position: inout Int) {
        position += 1
        if position == 624 {
            state[0] = state[623]
            position = 1
        }
    }

    private mutating func next() -> UInt32 {
        if index == 624 { refill() }
        var word = state[index]
        index += 1
        word ^= word >> 11
        word ^= word << 7 & 0x9D2C_5680
        word ^= word << 15 & 0xEFC6_0000
        return word ^ word >> 18
    }

    private mutating func refill() {
        for position in 0..<624 {
            let word = state[position] & 0x8000_0000 | state[(position + 1) % 624] & 0x7FFF_FFFF
            state[position] = state[(position + 397) % 624] ^ word >> 1 ^ (word & 1 == 1 ? 0x9908_B0DF : 0)
        }
        index = 0
    }

    /// `getrandbits(count)` for up to 64 bits.
    mutating func bits(_ count: Int) -> UInt64 {
        if count <= 32 { return UInt64(next() >> UInt32(32 - count)) }
        let low = UInt64(next())
        return UInt64(next() >> UInt32(64 - count)) << 32 | low
    }

    /// A number from 0 to `limit` - 1, as `randrange` and `choice` draw it.
    mutating func below(_ limit: Int) -> Int {
        let count = Int.bitWidth - limit.leadingZeroBitCount
        while true {
            let candidate = bits(count)
            if candidate < UInt64(limit) { return Int(candidate) }
        }
    }
}

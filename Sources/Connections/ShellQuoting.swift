//! Quoting for POSIX sh.

extension String {
    /// The text as one word of a POSIX shell command, whatever it contains (but NUL).
    package var shellQuoted: String {
        let plain = utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "@"),
                UInt8(ascii: "="), UInt8(ascii: "%"):
                true
            default: false
            }
        }
        if plain, !isEmpty, first != "=" { return self }
        let quote = UInt8(ascii: "'")
        var quoted: [UInt8] = [quote]
        quoted.reserveCapacity(utf8.count + 16)
        for byte in utf8 {
            quoted.append(byte)
            if byte == quote { quoted.append(contentsOf: #"\''"#.utf8) }
        }
        quoted.append(quote)
        return String(decoding: quoted, as: UTF8.self)
    }
}

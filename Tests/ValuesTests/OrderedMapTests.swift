//! The ordered dict beside a plain list of pairs, under random changes.

import Testing
import Values

@Suite struct OrderedMapTests {
    @Test(arguments: [4, 8, 9, 200])
    func behavesLikeAListOfPairs(keyCount: Int) {
        var random = SystemRandomNumberGenerator()
        var map = OrderedMap()
        var pairs: [(key: Int, value: Int)] = []
        for step in 0..<2000 {
            let key = Int.random(in: 0..<keyCount, using: &random)
            let position = pairs.firstIndex { $0.key == key }
            if Int.random(in: 0..<3, using: &random) == 0 {
                #expect(map.removeValue(forKey: .int(key))?.int == position.map { pairs[$0].value })
                if let position { pairs.remove(at: position) }
            } else {
                map[.int(key)] = .int(step)
                if let position { pairs[position].value = step } else { pairs.append((key, step)) }
            }
        }
        #expect(map.keys == pairs.map { .int($0.key) })
        #expect(map.values == pairs.map { .int($0.value) })
        for key in 0..<keyCount { #expect(map[.int(key)]?.int == pairs.first { $0.key == key }?.value) }
    }

    @Test func changesOfACopyLeaveTheOriginal() {
        let original = OrderedMap((0..<20).map { ("key\($0)", Value.int($0)) })
        var copy = original
        copy["key3"] = .int(-1)
        copy.removeValue(forKey: "key4")
        #expect(original["key3"] == 3 && original["key4"] == 4 && original.count == 20)
        #expect(copy["key3"] == -1 && copy["key4"] == nil && copy["key19"] == 19)
    }

    @Test func findsPreparedKeys() {
        let long = "a key that is too long to lie in a string itself"
        let map: OrderedMap = ["short": 1, long: 2]
        #expect(map[MapKey("short")] == 1)
        // Not the same storage as the key in the map.
        #expect(map[MapKey(long.split(separator: " ").joined(separator: " "))] == 2)
        #expect(map[MapKey("shor")] == nil)
    }
}

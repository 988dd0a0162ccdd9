//! Where boxes and lines of a drawing lie: rows by level, few crossings, lines that pass between boxes.

/// Places nodes in rows. A line that passes a row has a narrow node of its own there; lines to the same port share it.
struct GraphLayout {
    /// A box, or the place where lines to one port of a box pass a row.
    struct Node {
        let box: FleetGraph.Box?
        let width: Double
        /// The middle.
        var x = 0.0
        var row: Int
        /// Nodes of the next row that lines lead to, and nodes of the row above that they come from.
        var below: [Int] = []
        var above: [Int] = []
    }

    static let boxWidth = 240.0
    static let gap = 44.0
    private static let passageWidth = 26.0
    private static let sweeps = 12

    private(set) var nodes: [Node] = []
    /// Indices of nodes from left to right, the top row first.
    private(set) var rows: [[Int]]
    /// The nodes of each line, from its consumer to its provider; empty for a line to itself.
    private(set) var chains: [[Int]] = []
    private let boxes: [String: Int]

    init(_ graph: FleetGraph) {
        let top = graph.boxes.map(\.level).max() ?? 0
        rows = Array(repeating: [], count: top + 1)
        var boxes: [String: Int] = [:]
        for box in graph.boxes {
            boxes[box.name] = nodes.count
            rows[top - box.level].append(nodes.count)
            nodes.append(Node(box: box, width: Self.boxWidth, row: top - box.level))
        }
        self.boxes = boxes
        var passages: [String: Int] = [:]
        for line in graph.lines { chains.append(chain(of: line, &passages)) }
        order()
        place()
    }

    func node(of name: String) -> Node? { boxes[name].map { nodes[$0] } }

    private mutating func chain(of line: FleetGraph.Line, _ passages: inout [String: Int]) -> [Int] {
        guard let start = boxes[line.consumer], let end = boxes[line.provider], start != end else { return [] }
        var chain = [start]
        for row in (nodes[start].row + 1)..<max(nodes[end].row, nodes[start].row + 1) {
            let key = "\(row) \(line.provider) \(line.label)"
            let passage = passages[key] ?? nodes.count
            if passages[key] == nil {
                passages[key] = passage
                rows[row].append(passage)
                nodes.append(Node(box: nil, width: Self.passageWidth, row: row))
            }
            chain.append(passage)
        }
        chain.append(end)
        for (upper, lower) in zip(chain, chain.dropFirst()) where !nodes[upper].below.contains(lower) {
            nodes[upper].below.append(lower)
            nodes[lower].above.append(upper)
        }
        return chain
    }

    // MARK: - Order

    /// Each row by the mean of its neighbours' places, down and up again; the order with the fewest crossings stays.
    private mutating func order() {
        var best = (rows: rows, crossings: crossings)
        for sweep in 0..<Self.sweeps where best.crossings > 0 {
            let isDownward = sweep % 2 == 0
            for row in isDownward ? Array(rows.indices) : rows.indices.reversed() {
                let places = self.places
                rows[row] = rows[row].enumerated().map { index, node in
                    let neighbours = isDownward ? nodes[node].above : nodes[node].below
                    let sum = neighbours.reduce(0.0) { $0 + Double(places[$1]) }
                    return (node, neighbours.isEmpty ? Double(index) : sum / Double(neighbours.count), index)
                }
                .sorted { ($0.1, $0.2) < ($1.1, $1.2) }.map(\.0)
            }
            let now = crossings
            if now < best.crossings { best = (rows, now) }
        }
        rows = best.rows
    }

    /// Where in its row each node stands.
    private var places: [Int] {
        var places = Array(repeating: 0, count: nodes.count)
        for row in rows { for (index, node) in row.enumerated() { places[node] = index } }
        return places
    }

    private var crossings: Int {
        let places = self.places
        var count = 0
        for row in rows {
            let edges = row.flatMap { node in nodes[node].below.map { (places[node], places[$0]) } }
            for (index, one) in edges.enumerated() {
                for other in edges[(index + 1)...] where (one.0 - other.0) * (one.1 - other.1) < 0 { count += 1 }
            }
        }
        return count
    }

    // MARK: - Place

    /// Nodes move to the mean of their neighbours as far as their order and widths allow.
    private mutating func place() {
        for row in rows {
            var x = 0.0
            for node in row {
                nodes[node].x = x + nodes[node].width / 2
                x += nodes[node].width + Self.gap
            }
            for node in row { nodes[node].x -= x / 2 }
        }
        for sweep in 0..<Self.sweeps * 2 {
            let isDownward = sweep % 2 == 1
            for row in isDownward ? Array(rows.indices) : rows.indices.reversed() { settle(row) }
        }
        let left = nodes.map { $0.x - $0.width / 2 }.min() ?? 0
        for index in nodes.indices { nodes[index].x -= left }
    }

    /// The nearest places to the wished ones that keep order and distance: neighbours in each other's way share the
    /// mean of their wishes.
    private mutating func settle(_ row: Int) {
        let own = rows[row]
        var offset = 0.0
        var groups: [(sum: Double, weight: Double, count: Int)] = []
        var offsets: [Double] = []
        for (index, node) in own.enumerated() {
            if index > 0 { offset += (nodes[own[index - 1]].width + nodes[node].width) / 2 + Self.gap }
            offsets.append(offset)
            let neighbours = nodes[node].above + nodes[node].below
            let mean = neighbours.reduce(0.0) { $0 + nodes[$1].x } / Double(max(1, neighbours.count))
            let wish = (neighbours.isEmpty ? nodes[node].x : mean) - offset
            // A line that bends at every row is harder to follow than a box is to find.
            let weight = nodes[node].box == nil ? 2.0 : 1.0
            groups.append((wish * weight, weight, 1))
            while groups.count > 1 {
                let (last, before) = (groups[groups.count - 1], groups[groups.count - 2])
                guard last.sum / last.weight < before.sum / before.weight else { break }
                groups.removeLast(2)
                groups.append((before.sum + last.sum, before.weight + last.weight, before.count + last.count))
            }
        }
        var index = 0
        for group in groups {
            for _ in 0..<group.count {
                nodes[own[index]].x = group.sum / group.weight + offsets[index]
                index += 1
            }
        }
    }

    var width: Double { nodes.map { $0.x + $0.width / 2 }.max() ?? 0 }
}

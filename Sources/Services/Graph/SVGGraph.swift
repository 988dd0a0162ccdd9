//! The fleet as a picture for a wall.

/// Draws boxes in rows, those who need most on top, with lines down to the ports that they need.
package struct SVGGraph {
    private static let margin = 40.0
    private static let lineHeight = 20.0
    /// Letters that fit into a box.
    private static let letters = 26
    private static let hostLines = 4
    /// How far above a box the lines to one of its ports become one; its label stands beside.
    private static let stem = 34.0
    /// How far from its line a reason stands.
    private static let beside = 14.0

    private let graph: FleetGraph
    private let layout: GraphLayout
    /// Top and bottom of each row.
    private let rows: [(top: Double, bottom: Double)]

    package init(_ graph: FleetGraph) {
        self.graph = graph
        let layout = GraphLayout(graph)
        self.layout = layout
        var rows: [(top: Double, bottom: Double)] = []
        var y = Self.margin
        for row in layout.rows {
            let height = row.compactMap { layout.nodes[$0].box.map(Self.height) }.max() ?? 0
            rows.append((y, y + height))
            let lines = row.reduce(0) { $0 + layout.nodes[$1].below.count }
            y += height + min(200, 94 + 5 * Double(lines))
        }
        self.rows = rows
    }

    private var size: (width: Double, height: Double) {
        let boxes = layout.width + Self.margin
        return (max(boxes, reasonsEnd) + Self.margin, (rows.last?.bottom ?? 0) + Self.margin)
    }

    /// How far to the right the reasons of cut lines go.
    private var reasonsEnd: Double {
        graph.lines.indices.filter { isCut($0) && !layout.chains[$0].isEmpty }.map { index in
            start(index) + Self.beside + 7.5 * Double(graph.lines[index].reason.count)
        }.max() ?? 0
    }

    package var text: String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(size.width)) \(number(size.height))" \
        width="\(number(size.width))" height="\(number(size.height))" role="img" aria-label="The fleet's services">
        <style>
          text { font-family: ui-sans-serif, system-ui, "DejaVu Sans", sans-serif; fill: #1c2733 }
          .name { font-size: 18px; font-weight: 600 }
          .port { font-size: 13px; font-family: ui-monospace, "DejaVu Sans Mono", monospace; fill: #0b5f8a }
          .host { font-size: 13px; fill: #56636f }
          .line { fill: none; stroke: #7b8b99; stroke-width: 1.6 }
          .open { stroke: #2e7d4f }
          .cut { stroke: #c0392b; stroke-width: 2.2; stroke-dasharray: 7 5 }
          .label, .reason { font-size: 12px; fill: #56636f; paint-order: stroke; stroke: #ffffff; stroke-width: 5px }
          .reason { fill: #c0392b; font-weight: 600 }
          .box { fill: #f6f9fb; stroke: #34495e; stroke-width: 1.4 }
        </style>
        <defs>\(marker("end", "#7b8b99"))\(marker("end-open", "#2e7d4f"))\(marker("end-cut", "#c0392b"))</defs>
        <rect width="100%" height="100%" fill="#ffffff"/>
        \((drawnLines + boxes + labels).joined(separator: "\n"))
        </svg>

        """
    }

    private func marker(_ name: String, _ colour: String) -> String {
        "<marker id=\"\(name)\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" "
            + "markerUnits=\"userSpaceOnUse\" orient=\"auto-start-reverse\">"
            + "<path d=\"M0 0 L10 5 L0 10 z\" fill=\"\(colour)\"/></marker>"
    }

    // MARK: - Boxes

    private static func height(_ box: FleetGraph.Box) -> Double {
        56 + Double(max(1, box.ports.count) + hosts(box).count) * lineHeight + 12
    }

    /// Names of hosts, as many in a line as fit, and at most four lines of them.
    private static func hosts(_ box: FleetGraph.Box) -> [String] {
        var lines: [String] = []
        for (index, host) in box.hosts.enumerated() {
            let host = shortened(host)
            if let last = lines.last, last.count + host.count + 2 <= letters {
                lines[lines.count - 1] = "\(last), \(host)"
            } else if lines.count == hostLines - 1, index < box.hosts.count - 1 {
                lines.append("and \(box.hosts.count - index) more")
                break
            } else {
                lines.append(host)
            }
        }
        return lines
    }

    private static func shortened(_ text: String) -> String {
        text.count <= letters ? text : text.prefix(letters - 1) + "…"
    }

    private var boxes: [String] {
        layout.nodes.compactMap { node in node.box.map { drawn($0, node) } }
    }

    private func drawn(_ box: FleetGraph.Box, _ node: GraphLayout.Node) -> String {
        let x = Self.margin + node.x - node.width / 2
        let top = rows[node.row].top
        var parts = [
            "<rect class=\"box\" x=\"\(number(x))\" y=\"\(number(top))\" width=\"\(number(node.width))\" "
                + "height=\"\(number(Self.height(box)))\" rx=\"10\"/>",
            label("name", String(box.name.prefix(20)), x: x + 18, y: top + 32),
        ]
        var y = top + 58
        for port in box.ports.isEmpty ? ["no ports"] : box.ports {
            parts.append(label("port", Self.shortened(port), x: x + 18, y: y))
            y += Self.lineHeight
        }
        for hosts in Self.hosts(box) {
            parts.append(label("host", hosts, x: x + 18, y: y))
            y += Self.lineHeight
        }
        let all = ([box.name, box.image] + box.hosts).joined(separator: "\n")
        return "<g><title>\(escaped(all))</title>\(parts.joined())</g>"
    }

    // MARK: - Lines

    /// Cut lines come last: nothing may hide them.
    private var drawnLines: [String] {
        let order = graph.lines.indices.filter { !graph.lines[$0].isCut } + graph.lines.indices.filter { isCut($0) }
        return order.map { index in
            let line = graph.lines[index]
            let (kind, end) =
                switch line.state {
                case .untested: ("line", "end")
                case .open: ("line open", "end-open")
                case .cut: ("line cut", "end-cut")
                }
            return "<path class=\"\(kind)\" d=\"\(path(index))\" marker-end=\"url(#\(end))\">"
                + "<title>\(escaped("\(line.consumer) → \(line.provider): \(line.told)"))</title></path>"
        }
    }

    private func isCut(_ index: Int) -> Bool { graph.lines[index].isCut }

    /// Down from the bottom of its consumer, straight past rows between, to the port's place on top of its provider.
    private func path(_ index: Int) -> String {
        let chain = layout.chains[index].map { layout.nodes[$0] }
        guard let first = chain.first, let last = chain.last, let box = first.box else { return loop(index) }
        var x = start(index)
        let bottom = rows[first.row].top + Self.height(box)
        var text = "M\(point(x, bottom)) L\(point(x, rows[first.row].bottom))"
        var y = rows[first.row].bottom
        for node in chain.dropFirst() {
            let to = node.row == last.row ? entry(index) : Self.margin + node.x
            let isEnd = node.row == last.row
            let top = rows[node.row].top - (isEnd ? Self.stem : 0)
            let middle = (y + top) / 2
            text += " C\(point(x, middle)) \(point(to, middle)) \(point(to, top))"
            x = to
            y = isEnd ? rows[node.row].top : rows[node.row].bottom
            text += " L\(point(x, y))"
        }
        return text
    }

    /// A service that needs its like on other hosts.
    private func loop(_ index: Int) -> String {
        guard let node = layout.node(of: graph.lines[index].consumer) else { return "" }
        let x = Self.margin + node.x + node.width / 2
        let y = rows[node.row].top + 24
        return "M\(point(x, y + 28)) C\(point(x + 34, y + 28)) \(point(x + 34, y)) \(point(x, y))"
    }

    /// Where on its consumer's lower edge a line leaves: side by side, in the order in which they go on.
    private func start(_ index: Int) -> Double {
        guard let box = layout.chains[index].first else { return 0 }
        let leaving = graph.lines.indices.filter { layout.chains[$0].first == box }.sorted {
            (layout.nodes[layout.chains[$0][1]].x, $0) < (layout.nodes[layout.chains[$1][1]].x, $1)
        }
        return slot(leaving.firstIndex(of: index), of: leaving.count, layout.nodes[box])
    }

    /// Where on its provider's upper edge a line ends: one place for each port.
    private func entry(_ index: Int) -> Double {
        guard let box = layout.chains[index].last else { return 0 }
        let ports = self.ports(of: graph.lines[index].provider)
        return slot(ports.firstIndex(of: graph.lines[index].label), of: ports.count, layout.nodes[box])
    }

    private func ports(of provider: String) -> [String] {
        var ports: [String] = []
        for (line, chain) in zip(graph.lines, layout.chains)
        where line.provider == provider && !chain.isEmpty && !ports.contains(line.label) { ports.append(line.label) }
        return ports
    }

    private func slot(_ index: Int?, of count: Int, _ node: GraphLayout.Node) -> Double {
        Self.margin + node.x - node.width / 2 + node.width * Double((index ?? 0) + 1) / Double(count + 1)
    }

    // MARK: - Labels

    /// One at each port that lines end at, and the reason where a line is cut, below its consumer.
    private var labels: [String] {
        var told: Set<String> = []
        var texts: [String] = []
        for (index, line) in graph.lines.enumerated() {
            guard let start = layout.chains[index].first, let end = layout.chains[index].last else { continue }
            if told.insert("\(line.provider) \(line.label)").inserted {
                let place = ports(of: line.provider).firstIndex(of: line.label) ?? 0
                // Neighbours stand at two heights.
                let y = rows[layout.nodes[end].row].top - 12 - Double(place % 2) * 16
                texts.append(label("label", line.label, x: entry(index) + 9, y: y))
            }
            if line.isCut {
                let cut = graph.lines.indices.filter { layout.chains[$0].first == start && isCut($0) }
                let sorted = cut.sorted { self.start($0) < self.start($1) }
                let y = rows[layout.nodes[start].row].bottom + 18 + Double(sorted.firstIndex(of: index) ?? 0) * 15
                texts.append(label("reason", line.reason, x: self.start(index) + Self.beside, y: y))
            }
        }
        return texts
    }

    private func label(_ kind: String, _ text: String, x: Double, y: Double) -> String {
        "<text class=\"\(kind)\" x=\"\(number(x))\" y=\"\(number(y))\">\(escaped(text))</text>"
    }

    private func point(_ x: Double, _ y: Double) -> String { "\(number(x)) \(number(y))" }

    private func number(_ value: Double) -> String {
        let rounded = (value * 10).rounded() / 10
        return rounded == rounded.rounded() ? String(Int(rounded)) : String(rounded)
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

extension FleetGraph.Line {
    fileprivate var reason: String {
        if case .cut(let reason) = state { "✗ \(label): \(reason)" } else { "" }
    }
}

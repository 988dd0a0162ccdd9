//! The fleet as a picture for a wall.

/// Draws boxes in rows, those who need most on top, with lines down to what they need.
package struct SVGGraph {
    private struct Place {
        let box: FleetGraph.Box
        let x: Double
        let y: Double
        var middle: Double { x + SVGGraph.width / 2 }
    }

    private static let width = 240.0
    private static let gap = 56.0
    private static let rowGap = 96.0
    private static let margin = 40.0
    private static let lineHeight = 20.0

    private let graph: FleetGraph
    private let places: [Place]
    private let size: (width: Double, height: Double)

    package init(_ graph: FleetGraph) {
        self.graph = graph
        let rows = graph.rows
        let widest = Double(rows.map(\.count).max() ?? 1)
        let total = widest * Self.width + (widest - 1) * Self.gap
        var places: [Place] = []
        var y = Self.margin
        for row in rows {
            let rowWidth = Double(row.count) * Self.width + Double(row.count - 1) * Self.gap
            for (index, box) in row.enumerated() {
                let x = Self.margin + (total - rowWidth) / 2 + Double(index) * (Self.width + Self.gap)
                places.append(Place(box: box, x: x, y: y))
            }
            y += (row.map(Self.height).max() ?? 0) + Self.rowGap
        }
        self.places = places
        size = (total + 2 * Self.margin, y - Self.rowGap + Self.margin)
    }

    private static func height(_ box: FleetGraph.Box) -> Double {
        56 + Double(max(1, box.ports.count) + hostLines(box).count) * lineHeight + 12
    }

    /// Names of hosts, as many in a line as fit.
    private static func hostLines(_ box: FleetGraph.Box) -> [String] {
        var lines: [String] = []
        for host in box.hosts {
            if let last = lines.last, last.count + host.count < 26 {
                lines[lines.count - 1] = "\(last), \(host)"
            } else {
                lines.append(host)
            }
        }
        return lines
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
          .label { font-size: 12px; fill: #56636f; paint-order: stroke; stroke: #ffffff; stroke-width: 5px }
          .box { fill: #f6f9fb; stroke: #34495e; stroke-width: 1.4 }
        </style>
        <defs><marker id="end" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" \
        orient="auto-start-reverse"><path d="M0 0 L10 5 L0 10 z" fill="#7b8b99"/></marker></defs>
        <rect width="100%" height="100%" fill="#ffffff"/>
        \(graph.lines.map(line).joined(separator: "\n"))
        \(places.map(box).joined(separator: "\n"))
        </svg>

        """
    }

    private func box(_ place: Place) -> String {
        let height = Self.height(place.box)
        var parts = [
            "<rect class=\"box\" x=\"\(number(place.x))\" y=\"\(number(place.y))\" width=\"\(number(Self.width))\" "
                + "height=\"\(number(height))\" rx=\"10\"/>",
            label("name", place.box.name, x: place.x + 18, y: place.y + 32),
        ]
        var y = place.y + 58
        for port in place.box.ports.isEmpty ? ["no ports"] : place.box.ports {
            parts.append(label("port", port, x: place.x + 18, y: y))
            y += Self.lineHeight
        }
        for hosts in Self.hostLines(place.box) {
            parts.append(label("host", hosts, x: place.x + 18, y: y))
            y += Self.lineHeight
        }
        return "<g><title>\(escaped(place.box.image))</title>\(parts.joined())</g>"
    }

    /// A line leaves the bottom of its consumer and ends on top of its provider; several share the edge evenly.
    private func line(_ line: FleetGraph.Line) -> String {
        guard let consumer = places.first(where: { $0.box.name == line.consumer }),
            let provider = places.first(where: { $0.box.name == line.provider })
        else { return "" }
        let leaving = graph.lines.filter { $0.consumer == line.consumer }
        let arriving = graph.lines.filter { $0.provider == line.provider }
        let startX = slot(of: line, among: leaving, in: consumer)
        let endX = slot(of: line, among: arriving, in: provider)
        let startY = consumer.y + Self.height(consumer.box)
        let middle = (startY + provider.y) / 2
        let path =
            "M\(number(startX)) \(number(startY)) C\(number(startX)) \(number(middle)) "
            + "\(number(endX)) \(number(middle)) \(number(endX)) \(number(provider.y))"
        return "<path class=\"line\" d=\"\(path)\" marker-end=\"url(#end)\"/>"
            + label("label", line.label, x: endX + 8, y: provider.y - 12)
    }

    private func slot(of line: FleetGraph.Line, among lines: [FleetGraph.Line], in place: Place) -> Double {
        let index = lines.firstIndex {
            $0.consumer == line.consumer && $0.provider == line.provider && $0.label == line.label
        }
        return place.x + Self.width * Double((index ?? 0) + 1) / Double(lines.count + 1)
    }

    private func label(_ kind: String, _ text: String, x: Double, y: Double) -> String {
        "<text class=\"\(kind)\" x=\"\(number(x))\" y=\"\(number(y))\">\(escaped(text))</text>"
    }

    private func number(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : String((value * 10).rounded() / 10)
    }

    private func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}

//! The fleet for a terminal, for Mermaid, Graphviz and programs.

import Values

extension FleetGraph {
    /// Boxes with what they need below them.
    package var text: String {
        var lines: [String] = []
        for box in rows.flatMap({ $0 }) {
            if !lines.isEmpty { lines.append("") }
            let ports = box.ports.isEmpty ? "" : "  :" + box.ports.joined(separator: ", :")
            lines.append("[\(box.name)]\(ports)")
            lines.append("  image  \(box.image)")
            lines.append("  on     \(box.hosts.joined(separator: ", "))")
            for line in self.lines where line.consumer == box.name {
                var end = ""
                if case .cut(let reason) = line.state { end = "  CUT: \(reason)" }
                if line.state == .open { end = "  open" }
                lines.append("  needs  \(line.provider) (\(line.label))\(end)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A flowchart for Mermaid.
    package var mermaid: String {
        var text = "flowchart TD\n"
        for box in boxes {
            let words = [box.name] + box.ports.map { ":\($0)" } + [box.hosts.joined(separator: ", ")]
            text += "    \(box.name.identifier)[\"\(words.map(\.quoteless).joined(separator: "<br/>"))\"]\n"
        }
        for line in lines {
            let label = line.told.quoteless
            let arrow = line.isCut ? "-.->" : "-->"
            text += "    \(line.consumer.identifier) \(arrow)|\"\(label)\"| \(line.provider.identifier)\n"
        }
        let cut = lines.indices.filter { lines[$0].isCut }.map(String.init)
        if !cut.isEmpty { text += "    linkStyle \(cut.joined(separator: ",")) stroke:#c0392b,color:#c0392b\n" }
        return text
    }

    /// A directed graph for Graphviz.
    package var dot: String {
        var text = "digraph fleet {\n    rankdir=TB;\n    node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
        for box in boxes {
            let words = [box.name] + box.ports + [box.hosts.joined(separator: ", ")]
            text += "    \"\(box.name)\" [label=\"\(words.map(\.quoteless).joined(separator: "\\n"))\"];\n"
        }
        for line in lines {
            let style = line.isCut ? ", color=\"#c0392b\", fontcolor=\"#c0392b\", style=dashed" : ""
            text += "    \"\(line.consumer)\" -> \"\(line.provider)\" [label=\"\(line.told.quoteless)\"\(style)];\n"
        }
        return text + "}\n"
    }
}

extension FleetGraph {
    /// For programs.
    package var value: OrderedMap {
        let services = boxes.map { box -> Value in
            [
                "name": .string(box.name), "image": .string(box.image),
                "ports": .list(box.ports.map { .string($0) }), "hosts": .list(box.hosts.map { .string($0) }),
                "level": .int(box.level),
            ]
        }
        let needs = lines.map { line -> Value in
            ["consumer": .string(line.consumer), "provider": .string(line.provider), "port": .string(line.label)]
        }
        return ["format": 1, "services": .list(services), "lines": .list(needs)]
    }
}

extension FleetGraph.Line {
    /// The label, with why the line is cut.
    var told: String {
        if case .cut(let reason) = state { "\(label) (\(reason))" } else { label }
    }
}

extension String {
    /// Without what would end a quoted label.
    fileprivate var quoteless: String { replacing("\"", with: "'").replacing("\\", with: "/") }

    /// A name that Mermaid takes for a node.
    fileprivate var identifier: String { replacing("-", with: "_") }
}

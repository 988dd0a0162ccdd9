//! The fleet for a terminal.

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
                lines.append("  needs  \(line.provider) (\(line.label))")
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
            text += "    \(line.consumer.identifier) -->|\"\(line.label.quoteless)\"| \(line.provider.identifier)\n"
        }
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
            text += "    \"\(line.consumer)\" -> \"\(line.provider)\" [label=\"\(line.label.quoteless)\"];\n"
        }
        return text + "}\n"
    }
}

extension String {
    /// Without what would end a quoted label.
    fileprivate var quoteless: String { replacing("\"", with: "'").replacing("\\", with: "/") }

    /// A name that Mermaid takes for a node.
    fileprivate var identifier: String { replacing("-", with: "_") }
}

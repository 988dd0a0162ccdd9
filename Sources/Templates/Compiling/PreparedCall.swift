//! Arguments of filters and tests, bound to parameters when the template is compiled.

import Values

/// A call of a filter or test in a template.
final class PreparedCall: Sendable {
    enum Source: Sendable {
        /// So many places above the piped value on the stack.
        case stack(Int)
        case fallback(Value)
    }

    let builtin: Builtin
    /// The index of its `CallShape`.
    let shape: Int
    /// How many values it takes from the stack.
    let count: Int
    /// Where the value of each parameter comes from; nil where only the call itself can tell, or will fail.
    let sources: [Source]?
    /// The values of the last parameters, if the call gives all before them in their order.
    let rest: [Value]?

    init(_ builtin: Builtin, _ shape: CallShape, _ index: Int) {
        self.builtin = builtin
        self.shape = index
        count = shape.count + 1
        sources = PreparedCall.bind(builtin, shape)
        rest = sources.flatMap { PreparedCall.rest(of: $0, after: shape.count + 1) }
    }

    private static func rest(of sources: [Source], after count: Int) -> [Value]? {
        var rest: [Value] = []
        for (position, source) in sources.enumerated() {
            switch source {
            case .stack(let place): if place != position { return nil }
            case .fallback(let value):
                if position < count { return nil }
                rest.append(value)
            }
        }
        return rest
    }

    private static func bind(_ builtin: Builtin, _ shape: CallShape) -> [Source]? {
        let named = builtin.parameters.filter { $0.kind == .ordinary || $0.kind == .keywordOnly }
        let ordinaryCount = named.count { $0.kind == .ordinary }
        guard !shape.hasStar, !shape.hasDoubleStar, shape.positional + 1 <= ordinaryCount else { return nil }
        var sources: [Source?] = named.map { parameter in parameter.fallback.map { .fallback($0) } }
        for position in 0...shape.positional { sources[position] = .stack(position) }
        for (offset, name) in shape.names.enumerated() {
            guard let position = named.firstIndex(where: { $0.name == name }) else { return nil }
            if case .stack = sources[position] { return nil }
            sources[position] = .stack(shape.positional + 1 + offset)
        }
        let bound = sources.compactMap { $0 }
        return bound.count == sources.count ? bound : nil
    }
}

//! One option of a container: its argument, what is asked for, what is there, and how the command line says it.

import Diagnostics
import Values

/// An option of `docker_container` that is a property of the container, and so can differ.
///
/// Both sides are brought into one canonical form first: text, a list of texts, or a dict of texts. Sets are lists
/// whose order does not matter.
package struct ContainerOption: Sendable {
    package enum Shape: Sendable { case value, list, set, dict }

    typealias Reading = @Sendable (Value, ModuleArguments) throws(Diagnostic) -> Value
    typealias Inspecting = @Sendable (ContainerState) -> Value
    typealias Spelling = @Sendable (Value) -> [String]

    let argument: ArgumentSpec
    let shape: Shape
    /// Differences count only if `comparisons` says so.
    var ignoredByDefault = false
    /// `docker update` can change it without a new container.
    var updatable = false
    /// The canonical form of the argument.
    let wanted: Reading
    /// The canonical form of what `docker inspect` tells.
    let actual: Inspecting
    /// What the image brings along, which every container of it has.
    var inherited: Inspecting = { _ in .none }
    /// Options of `docker create` for a canonical value.
    let flags: Spelling

    var name: String { argument.name }
}

/// What the host told about a container and its image.
package struct ContainerState: Sendable {
    /// `docker container inspect`.
    package let container: OrderedMap
    /// `docker image inspect` of the image that the container was made of.
    package let image: OrderedMap?
    /// Full ids of other containers that the arguments refer to, by the name that was used.
    package let identifiers: [String: String]
    /// How many words the task gives as entrypoint.
    package let entrypointWords: Int

    func config(_ keys: String...) -> Value? { container.at(["Config"] + keys) }
    func hostConfig(_ keys: String...) -> Value? { container.at(["HostConfig"] + keys) }
    func imageConfig(_ keys: String...) -> Value? { image?.at(["Config"] + keys) }
}

extension ContainerOption {
    /// A text that is passed on as it is.
    static func text(
        _ name: String, _ summary: String, at path: [String], flag: String, aliases: [String] = [],
        choices: [String] = [], unset: String = "", updatable: Bool = false,
        same: @escaping @Sendable (String) -> String = { $0 }
    ) -> ContainerOption {
        ContainerOption(
            argument: ArgumentSpec(name, .string, summary, choices: choices, aliases: aliases), shape: .value,
            updatable: updatable, wanted: { value, _ in .string(same(value.scalarText ?? "")) },
            actual: { .string(same($0.container.at(path)?.scalarText ?? unset)) },
            flags: { [flag, $0.string ?? ""] })
    }

    static func number(
        _ name: String, _ summary: String, at path: [String], flag: String, updatable: Bool = false
    ) -> ContainerOption {
        ContainerOption(
            argument: ArgumentSpec(name, .int, summary), shape: .value, updatable: updatable,
            wanted: { value, _ in .int(value.int ?? 0) },
            actual: { .int($0.container.at(path)?.int ?? 0) }, flags: { [flag, $0.scalarText ?? ""] })
    }

    static func toggle(_ name: String, _ summary: String, at path: [String], flag: String) -> ContainerOption {
        ContainerOption(
            argument: ArgumentSpec(name, .bool, summary), shape: .value,
            wanted: { value, _ in .bool(value.bool ?? false) },
            actual: { .bool($0.container.at(path)?.bool ?? false) },
            flags: { ["\(flag)=\($0.scalarText ?? "false")"] })
    }

    /// A number of bytes with a unit; `unlimited` is -1.
    static func size(
        _ name: String, _ summary: String, at path: [String], flag: String, updatable: Bool = false
    ) -> ContainerOption {
        ContainerOption(
            argument: ArgumentSpec(name, .string, summary), shape: .value, updatable: updatable,
            wanted: { (value, arguments) throws(Diagnostic) in
                let text = value.scalarText ?? ""
                if text == "unlimited" { return .int(-1) }
                guard let bytes = DockerQuantity.bytes(text) else {
                    throw arguments.invalid(
                        name, "'\(text)' is not a size", help: "a number and one of b, k, m, g, t: 512m")
                }
                return .int(bytes)
            },
            actual: { .int($0.container.at(path)?.int ?? 0) }, flags: { [flag, $0.scalarText ?? ""] })
    }

    static func items(
        _ name: String, _ summary: String, _ shape: Shape, at path: [String], flag: String, aliases: [String] = [],
        same: @escaping @Sendable (String) -> String = { $0 }
    ) -> ContainerOption {
        ContainerOption(
            argument: ArgumentSpec(name, .list(of: .string), summary, aliases: aliases), shape: shape,
            wanted: { value, _ in .list((value.list ?? []).compactMap(\.scalarText).map { .string(same($0)) }) },
            actual: { state in
                .list((state.container.at(path)?.list ?? []).compactMap(\.string).map { .string(same($0)) })
            },
            flags: { value in (value.list ?? []).flatMap { [flag, $0.string ?? ""] } })
    }

    static func dict(
        _ name: String, _ summary: String, at path: [String], flag: String,
        inherited: @escaping Inspecting = { _ in .none }
    ) -> ContainerOption {
        ContainerOption(
            argument: ArgumentSpec(name, .dict, summary), shape: .dict,
            wanted: { (value, arguments) throws(Diagnostic) in try texts(value, of: name, arguments) },
            actual: { $0.container.at(path) ?? [:] }, inherited: inherited,
            flags: { value in (value.dict ?? [:]).flatMap { [flag, "\($0.key.string ?? "")=\($0.value.string ?? "")"] }
            })
    }

    /// A dict whose values have to be texts: YAML's `yes` or `1.10` would silently become something else.
    static func texts(_ value: Value, of name: String, _ arguments: ModuleArguments) throws(Diagnostic) -> Value {
        var result: OrderedMap = [:]
        for (key, item) in value.dict ?? [:] {
            let key = key.scalarText ?? ""
            switch item {
            case .string(let text): result[key] = .string(text)
            case .int(let number): result[key] = .string(String(number))
            case .none: result[key] = ""
            default:
                throw arguments.invalid(
                    name, "the value of '\(key)' in '\(name)' is not a text", help: "put it into quotes")
            }
        }
        return .dict(result)
    }
}

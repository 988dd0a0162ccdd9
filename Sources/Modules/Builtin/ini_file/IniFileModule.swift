//! `ini_file`: one option in a section of an INI file.

import Diagnostics
import Values

package struct IniFileModule: Module {
    package static let spec = ModuleSpec(
        ["community.general.ini_file"], "Sets or removes options in INI files",
        arguments: [
            ArgumentSpec("path", .path, "The file", required: true, aliases: ["dest"]),
            ArgumentSpec("section", .string, "The section; without it the lines in front of the first one"),
            ArgumentSpec("option", .string, "The option; without it the section as a whole"),
            ArgumentSpec("value", .string, "Its value"),
            ArgumentSpec("values", .list(of: .string), "Its values, one line for each"),
            ArgumentSpec("state", .string, "Whether it is there", default: "present", choices: ["absent", "present"]),
            ArgumentSpec("exclusive", .bool, "Removes other values of the option", default: true),
            ArgumentSpec("allow_no_value", .bool, "The option may stand alone", default: false),
            ArgumentSpec("no_extra_spaces", .bool, "No blanks around the equals sign", default: false),
            ArgumentSpec("ignore_spaces", .bool, "Blanks around the equals sign are no difference", default: false),
            ArgumentSpec("modify_inactive_option", .bool, "Replaces an option that is commented out", default: true),
            ArgumentSpec("create", .bool, "Creates the file if it is not there", default: true),
        ] + TextEdit.arguments,
        mutuallyExclusive: [["value", "values"]], readsAhead: true)

    private let edit: TextEdit
    private let editor: IniEditor
    private let present: Bool

    package init(_ arguments: ModuleArguments, context: ModuleContext) throws(Diagnostic) {
        edit = try TextEdit(arguments, context: context)
        present = arguments.string("state") != "absent"
        let values = arguments.strings("values") ?? arguments.string("value").map { [$0] } ?? []
        let standsAlone = arguments.bool("allow_no_value") ?? false
        if present, let option = arguments.string("option"), values.isEmpty, !standsAlone {
            throw Diagnostic(
                .missingArgument, "option '\(option)' needs a value", at: arguments.range,
                help: "give 'value', 'values', or set 'allow_no_value: true'")
        }
        editor = IniEditor(
            section: arguments.string("section"), option: arguments.string("option"), values: values,
            equals: arguments.bool("no_extra_spaces") == true ? "=" : " = ",
            ignoresSpaces: arguments.bool("ignore_spaces") ?? false,
            wakesInactive: arguments.bool("modify_inactive_option") ?? true,
            exclusive: arguments.bool("exclusive") ?? true)
    }

    package func start() throws(Diagnostic) -> Step {
        edit.start { content, target in
            let path: OrderedMap = ["path": .string(target.path)]
            guard content != nil || present else { return .finished(ModuleResult(fields: path.merging(["msg": "OK"]))) }
            guard content != nil || edit.create else {
                let failure = ModuleResult.failure("Destination \(target.path) does not exist!", fields: ["rc": 257])
                return .lacking(.path(target.path), failure: failure, then: nil)
            }
            let lines = TextLines.split(content ?? []).map(TextLines.text)
            let new = present ? editor.adding(to: lines) : editor.removing(from: lines)
            guard new != lines else { return .edited(.init(content: content ?? [], message: "OK", fields: path)) }
            let text = new.map { $0 + "\n" }.joined()
            let message = present ? "option changed" : "option removed"
            return .edited(.init(content: Array(text.utf8), message: message, fields: path))
        }
    }
}

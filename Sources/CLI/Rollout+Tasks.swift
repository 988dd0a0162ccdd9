//! The task files around a switch: what is wrong in them is said before anything is touched.

import Diagnostics
import Playbooks
import Services
import Values

extension Rollout {
    /// Reads `preflight`, `before`, `after` and `verify` as the rollout will: syntax, modules, arguments, files that are not there.
    func checkTasks() throws {
        var mistakes: [Diagnostic] = []
        var checked: [String] = []
        for role in deployment.roles {
            for file in role.rollout.taskFiles where !checked.contains(file) {
                checked.append(file)
                do throws(Diagnostic) { try check(file, of: role) } catch { mistakes.append(error) }
            }
        }
        if !mistakes.isEmpty { throw WrongServices(diagnostics: mistakes) }
    }

    private func check(_ file: String, of role: ServiceRole) throws(Diagnostic) {
        let loader = PlaybookLoader(world.session.loaderSettings(settings))
        loader.playbookFolder = folder
        let path = Path.join(folder, "rollout.yml")
        let task: Value = ["ansible.builtin.import_tasks": .string(file)]
        let plays: Value = [["hosts": "all", "tasks": .list([task])]]
        do throws(Diagnostic) {
            _ = try loader.load(text: plays.json(), at: path)
        } catch {
            // That file is ours; what it names stands in services.yml.
            guard error.range?.file.path == path else { throw error }
            var mistake = Diagnostic(error.code, "service '\(role.name)': \(error.message)", at: role.place)
            mistake.help = error.help
            throw mistake
        }
    }
}

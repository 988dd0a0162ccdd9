//! The command `drover` and its subcommands.

import ArgumentParser

/// The root command.
package struct Drover: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "drover", abstract: "Agentless orchestration over SSH", version: "0.1.0")

    package init() {}
}

/// The whole program: reads the command line, runs, ends the process with Ansible's exit codes.
package func runDrover() async {
    await Drover.main()
}

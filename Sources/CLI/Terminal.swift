//! What is known of the terminal: colours and width.

import Diagnostics
import Glibc
import Reports

enum Terminal {
    /// Standard output and error of this process, copied into the log if there is to be one; colours only where a person looks, or where they are forced.
    static func output(_ configuration: Configuration, _ environment: [String: String]) -> Output {
        let output = Output.standard(isColoured: isColoured(configuration, environment), width: width(environment))
        guard let path = configuration.path(.logPath) else { return output }
        let complain = { @Sendable (mistake: Diagnostic) in
            output.writeError(mistake.rendered(isColoured: output.isColoured))
        }
        do throws(Diagnostic) {
            return output.logged(try LogFile(path, complain: complain).write)
        } catch {
            complain(error)
            return output
        }
    }

    private static func isColoured(_ configuration: Configuration, _ environment: [String: String]) -> Bool {
        if environment["NO_COLOR"].map({ !$0.isEmpty }) ?? false { return false }
        if configuration.flag(.noColor) { return false }
        if configuration.flag(.forceColor) { return true }
        return isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
    }

    private static func width(_ environment: [String: String]) -> Int {
        if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}

//! A terminal that shows nothing of what is typed, and gets its settings back whatever happens.

import Glibc

/// For secrets. One at a time.
enum SilencedTerminal {
    // Written before echo is off and read by a signal handler, on whatever thread; there are no locks for that.
    private nonisolated(unsafe) static var saved = termios()
    private nonisolated(unsafe) static var descriptor: Int32 = -1

    /// Turns echo off; false where the input is no terminal.
    static func silence(_ input: Int32) -> Bool {
        var settings = termios()
        guard tcgetattr(input, &settings) == 0 else { return false }
        saved = settings
        descriptor = input
        settings.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(input, TCSANOW, &settings)
        return true
    }

    /// Safe to call from a signal handler, and where nothing is silenced.
    static func restore() {
        guard descriptor >= 0 else { return }
        tcsetattr(descriptor, TCSANOW, &saved)
        descriptor = -1
    }
}

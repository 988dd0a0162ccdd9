//! Programs of the control node, with pipes, on a thread of their own.

import Glibc
import SSH

/// Starts commands here and moves their bytes. One thread serves all commands of one launcher.
actor LocalLauncher: Launcher, IOThreadClient {
    private nonisolated let thread: IOThread
    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// What stands before the command line, e.g. `/bin/sh -c`.
    private let prefix: [String]
    private var children: [Int: LocalChild] = [:]
    private var nextChild = 0

    init(prefix: [String]) {
        self.prefix = prefix
        thread = IOThread()
        thread.attach(self)
    }

    isolated deinit {
        for child in children.values { child.close() }
        thread.stop()
    }

    func launch(_ command: String, events: ProcessEvents) async throws(SSHFailure) -> any RemoteProcess {
        let child = try LocalChild(prefix + [command], events: events)
        let number = nextChild
        nextChild += 1
        children[number] = child
        return LocalProcess(launcher: self, number: number)
    }

    fileprivate func send(_ bytes: [UInt8], to number: Int) { children[number]?.enqueue(bytes) }
    fileprivate func waitForRoom(_ number: Int) async {
        guard let child = children[number], !child.hasRoom else { return }
        await withCheckedContinuation { child.wait($0) }
    }
    fileprivate func finishInput(of number: Int) { children[number]?.finishInput() }
    fileprivate func close(_ number: Int) { children[number]?.close() }

    nonisolated func serve(_ ready: [pollfd]) -> IOWait { assumeIsolated { $0.move(ready) } }

    private func move(_ ready: [pollfd]) -> IOWait {
        let descriptors = Set(ready.map(\.fd))
        var wait = IOWait()
        for (number, child) in children {
            child.move(descriptors)
            if child.isGone {
                children[number] = nil
            } else {
                wait.descriptors += child.interests
            }
        }
        return wait
    }
}

/// One command of a launcher.
private struct LocalProcess: RemoteProcess {
    let launcher: LocalLauncher
    let number: Int

    func send(_ bytes: [UInt8]) async { await launcher.send(bytes, to: number) }
    func waitForRoom() async { await launcher.waitForRoom(number) }
    func finishInput() async { await launcher.finishInput(of: number) }
    func close() async { await launcher.close(number) }
}

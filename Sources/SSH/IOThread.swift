//! A thread of one's own for an actor that does blocking work and waits for descriptors.

import CLibSSH
import Glibc
import Synchronization

/// What a client of a thread waits for.
package struct IOWait {
    package var descriptors: [pollfd]
    /// Milliseconds; -1 waits for ever.
    package var timeout: Int32

    package init(_ descriptors: [pollfd] = [], timeout: Int32 = -1) {
        self.descriptors = descriptors
        self.timeout = timeout
    }
}

/// An actor whose executor is an `IOThread`.
package protocol IOThreadClient: AnyObject, Sendable {
    /// Called on the thread after every job and every event; says what to wait for next.
    func serve(_ ready: [pollfd]) -> IOWait
}

/// The executor of one actor: runs its jobs and, between them, waits for its descriptors.
package final class IOThread: SerialExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var stopped = false
        weak var client: (any IOThreadClient)?
        var identifier: pthread_t?
    }

    /// The one lock here: jobs come from any thread.
    private let state = Mutex(State())
    private let wakeDescriptor: Int32

    /// Room for libssh, libcrypto and the resolver; small enough for a thousand hosts.
    private static let stackSize = 512 * 1024

    /// Two descriptors a host are more than the usual 1,024 of a process when there are many hosts.
    private static let raisesDescriptorLimit: Void = {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(resource, &limit)
    }()

    package init() {
        Self.raisesDescriptorLimit
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        precondition(wakeDescriptor >= 0, "no descriptor left for a thread")
        start()
    }

    deinit { _ = Glibc.close(wakeDescriptor) }

    /// The actor that is served; held weakly.
    package func attach(_ client: any IOThreadClient) {
        state.withLock { $0.client = client }
        wake()
    }

    /// Ends the thread once its jobs are done; for the `deinit` of its actor, after which no job can come.
    package func stop() {
        state.withLock { $0.stopped = true }
        wake()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
        wake()
    }

    package func checkIsolated() {
        let own = state.withLock { $0.identifier.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
        precondition(own, "not on the thread of this actor")
    }

    private func wake() { _ = eventfd_write(wakeDescriptor, 1) }

    private func start() {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, Self.stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(
            &thread, &attributes,
            { context in
                guard let context else { return nil }
                Unmanaged<IOThread>.fromOpaque(context).takeRetainedValue().loop()
                return nil
            }, context.toOpaque())
        pthread_attr_destroy(&attributes)
        precondition(code == 0, "no thread left: \(errorText(code))")
    }

    private func loop() {
        blockSignals()
        state.withLock { $0.identifier = pthread_self() }
        var ready: [pollfd] = []
        while true {
            for job in takeJobs() { job.runSynchronously(on: asUnownedSerialExecutor()) }
            guard let wait = serveClient(ready) else { return }
            ready = poll(wait)
        }
    }

    /// Apart from the loop, so that nothing holds the client while it waits; nil ends the thread.
    private func serveClient(_ ready: [pollfd]) -> IOWait? {
        let (client, stopped) = state.withLock { ($0.client, $0.stopped && $0.jobs.isEmpty) }
        if stopped { return nil }
        return client?.serve(ready) ?? IOWait()
    }

    private func takeJobs() -> [UnownedJob] {
        state.withLock { state in
            let jobs = state.jobs
            state.jobs = []
            return jobs
        }
    }

    private func poll(_ wait: IOWait) -> [pollfd] {
        var descriptors = wait.descriptors
        descriptors.append(pollfd(fd: wakeDescriptor, events: Int16(POLLIN), revents: 0))
        let count = Glibc.poll(&descriptors, nfds_t(descriptors.count), wait.timeout)
        guard count > 0 else { return [] }
        var value: eventfd_t = 0
        _ = eventfd_read(wakeDescriptor, &value)
        return descriptors.dropLast().filter { $0.revents != 0 }
    }

    /// Signals belong to the main thread; a peer that is gone shall be an error of `write`, not SIGPIPE.
    private func blockSignals() {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
    }
}

/// The text of an error number.
package func errorText(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
}

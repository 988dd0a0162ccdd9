//! `async`, `poll`, `async_status`, `wait_for_connection`: actions that time has a part in.

import Connections
import Diagnostics
import Modules
import Playbooks
import Templates
import Values

extension HostAction {
    /// A module under `async`: within its time limit where it is polled, in the background where it is not.
    func asynchronous(
        _ module: any Module, _ executor: HostExecutor, options: ConnectionOptions, seconds: Int
    ) async throws(Diagnostic) -> ActionOutcome {
        let poll = try reader.number(reader.keyword(.poll)) ?? 15
        var limited = executor
        limited.setting.timeout = .seconds(seconds)
        guard poll == 0 else {
            var outcome = try await driven(module, by: limited)
            outcome.result["started"] = true
            outcome.result["finished"] = true
            return outcome
        }
        // A connection of its own, so that the play does not wait behind the job.
        limited.connection = try await run.connections.separate(options)
        let (action, ready) = (self, limited)
        run.stillness.beginDisturbance()
        let id = await run.jobs.start {
            defer { action.run.stillness.endDisturbance() }
            do throws(Diagnostic) {
                let outcome = try await action.driven(module, by: ready)
                await ready.connection.close()
                return outcome.registered
            } catch {
                await ready.connection.close()
                return ActionOutcome.mistaken(error).registered
            }
        }
        return ActionOutcome(
            status: .changed,
            result: ["changed": true, "started": true, "finished": false, "ansible_job_id": .string(id)])
    }

    /// `async_status`.
    func jobStatus(_ arguments: ModuleArguments) async -> ActionOutcome {
        let id = arguments.string("jid") ?? ""
        guard let (isFinished, result) = await run.jobs.state(id) else {
            return ActionOutcome(
                status: .failed,
                result: ["changed": false, "failed": true, "msg": .string("could not find job '\(id)' of this run")])
        }
        if arguments.string("mode") == "cleanup" {
            await run.jobs.forget(id)
            return ActionOutcome(
                status: .ok, result: ["changed": false, "ansible_job_id": .string(id), "erased": true])
        }
        var all = result
        all["ansible_job_id"] = .string(id)
        all["started"] = true
        all["finished"] = .bool(isFinished)
        if all["changed"] == nil { all["changed"] = false }
        let failed = all["failed"]?.bool ?? false
        let status: TaskStatus = failed ? .failed : all["changed"]?.bool == true ? .changed : .ok
        return ActionOutcome(status: status, result: all)
    }

    /// `wait_for_connection`.
    func waitForConnection(_ arguments: ModuleArguments) async throws(Diagnostic) -> ActionOutcome {
        var options = try reader.options()
        options.timeout = .seconds(arguments.int("connect_timeout") ?? 5)
        let identity = try reader.identity()
        let clock = ContinuousClock()
        let start = clock.now
        let limit = Duration.seconds(arguments.int("timeout") ?? 600)
        try? await Task.sleep(for: .seconds(arguments.int("delay") ?? 0))
        await run.connections.reset(options.name)
        while true {
            let connection = try await run.connections.separate(options)
            let failure = await Self.failure(of: connection, identity)
            await connection.close()
            let elapsed = clock.now - start
            guard let failure else {
                return ActionOutcome(
                    status: .ok, result: ["changed": false, "elapsed": .int(Int(elapsed.components.seconds))])
            }
            guard elapsed < limit else {
                return ActionOutcome(
                    status: .failed,
                    result: [
                        "changed": false, "failed": true, "elapsed": .int(Int(elapsed.components.seconds)),
                        "msg": .string("timed out waiting for ping module test: \(failure.message)"),
                    ], help: failure.help)
            }
            try? await Task.sleep(for: .seconds(arguments.int("sleep") ?? 1))
        }
    }

    private static func failure(of connection: any Connection, _ identity: Identity) async -> ConnectionFailure? {
        do throws(ConnectionFailure) {
            _ = try await connection.run(ShellRequest(":"), as: identity)
            return nil
        } catch {
            return error
        }
    }
}

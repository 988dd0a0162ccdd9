//! A host whose answers are written down beforehand: what a service's module decides, without an engine.

import Diagnostics
import Testing
import Values

@testable import Modules

/// Answers questions and acts in the order of the script; notes what was done to it.
actor RecordedHost: ScriptExecutor {
    struct Failure: Error {}

    private var answers: [Observation]
    private(set) var acts: [Script] = []
    private(set) var waits = 0

    init(_ answers: [Observation]) { self.answers = answers }

    private func next() throws(Failure) -> Observation {
        guard !answers.isEmpty else { throw Failure() }
        return answers.removeFirst()
    }

    func observe(_ probes: [Probe]) async throws(Failure) -> [Observation] {
        var found: [Observation] = []
        for _ in probes { found.append(try next()) }
        return found
    }

    func apply(_ script: Script) async throws(Failure) -> Observation {
        acts.append(script)
        return try next()
    }

    func wait(_ duration: Duration) async throws(Failure) { waits += 1 }

    /// The record that an act wrote.
    func record(_ act: Int) throws -> ReleaseRecord {
        let words = acts[act].text.split(separator: "\nkeep '")
        let text = try #require(words.last?.split(separator: "' app.json").first)
        return try #require(ReleaseRecord(String(text), service: "app"))
    }

    var isDone: Bool { answers.isEmpty }
}

/// What hosts answer about services.
enum ServiceAnswer {
    static let image: OrderedMap = [
        "Id": "sha256:1111", "RepoDigests": ["shop.test/app@sha256:aaaa"], "Config": ["Env": ["PATH=/bin"]],
    ]

    /// A container as `docker container inspect` shows it.
    static func container(
        _ name: String, id: String, release: String, labels: OrderedMap = [:], environment: [String] = [],
        running: Bool = true, image: String = "sha256:1111"
    ) -> Value {
        var all: OrderedMap = ["drover.service": "app", "drover.release": .string(release), "drover.restart": "always"]
        all.merge(labels)
        return .dict([
            "Id": .string(id), "Name": .string("/\(name)"), "Image": .string(image), "Created": .string(id),
            "State": [
                "Status": .string(running ? "running" : "exited"), "Running": .bool(running), "ExitCode": 0,
                "StartedAt": .string("at \(id)"),
            ],
            "Config": [
                "Image": "shop.test/app:1", "Labels": .dict(all),
                "Env": .list((["PATH=/bin"] + environment).map { .string($0) }),
            ],
            "HostConfig": [
                "RestartPolicy": ["Name": "unless-stopped"],
                "PortBindings": ["8080/tcp": [["HostIp": "", "HostPort": "8080"]]],
            ],
        ])
    }

    static func look(
        _ containers: [Value] = [], image: OrderedMap? = image, record: ReleaseRecord? = nil, more: String = ""
    ) throws -> Observation {
        var text = try containers.map { "container \(try $0.json())\n" }.joined()
        if let image {
            text += "tagged \(try Value.dict(image).json())\ncurrent \(try Value.dict(image).json())\n"
        }
        if let record { text += "record \(try record.text)\n" }
        return answer(text + more)
    }

    static func answer(_ text: String, status: Int32 = 0, errors: String = "") -> Observation {
        Observation(status: status, output: Array(text.utf8), errorOutput: Array(errors.utf8))
    }

    static func record(_ releases: (String, Release.Status)..., current: String?) -> ReleaseRecord {
        var record = ReleaseRecord(service: "app")
        for (id, status) in releases.reversed() {
            var release = Release(id: id, status: status)
            release.previous = record.releases.first?.id
            record.note(release)
        }
        record.current = current
        return record
    }
}

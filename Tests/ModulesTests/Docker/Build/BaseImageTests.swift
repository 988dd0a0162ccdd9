//! What a Dockerfile builds on, and the same file with digests.

import Testing

@testable import Modules

@Suite struct BaseImageTests {
    private static let digest = "sha256:" + String(repeating: "a", count: 64)

    private func bases(_ text: String, _ arguments: [String: String] = [:]) -> [String] {
        BaseImages(text, arguments: arguments).names
    }

    @Test func namesImagesButNoStages() {
        let text = """
            # FROM comment
            FROM --platform=linux/amd64 golang:1.22 AS Build
            RUN echo one \\
            FROM not:this
            from registry.example.com:5000/base
            FROM build as last
            FROM scratch
            FROM kept@\(Self.digest)
            COPY --from=build /a /a
            COPY --from=0 /a /a
            COPY --chown=1 --from=nginx:1 /b /b
            FROM golang:1.22
            """
        #expect(bases(text) == ["golang:1.22", "registry.example.com:5000/base:latest", "nginx:1"])
    }

    @Test func argumentsAreFilledIn() {
        let text = "ARG BASE=\"debian\"\nARG TAG\nFROM ${BASE}:${TAG:-12}\nARG OTHER=x\nFROM $OTHER\nFROM ${BASE:+y}"
        #expect(bases(text) == ["debian:12"])
        #expect(bases(text, ["TAG": "13", "BASE": "docker.io/library/debian"]) == ["debian:13"])
    }

    @Test func digestsStandInTheFile() {
        let digests = ["debian:12": Self.digest]
        let text = "ARG TAG=12\nFROM  debian:$TAG AS one\r\nRUN x\nCOPY --from=debian:12 /a /a\nFROM other"
        #expect(
            BaseImages(text, arguments: [:], digests: digests).text
                == "ARG TAG=12\nFROM  debian:12@\(Self.digest) AS one\r\nRUN x\n"
                + "COPY --from=debian:12@\(Self.digest) /a /a\nFROM other")
        #expect(BaseImages(text, arguments: [:]).text == text)
    }
}

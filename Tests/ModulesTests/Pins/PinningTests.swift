//! Arguments held to pins: versions, digests, checksums, contradictions, and what a locked run refuses.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite struct PinningTests {
    private static let digest = "sha256:" + String(repeating: "1", count: 64)
    private static let other = "sha256:" + String(repeating: "2", count: 64)
    private static let text = """
        packages:
          debian 12: { nginx: 1.22.1-9, big: { amd64: 2-1, arm64: 2-2 } }
          debian 12.5: { tree: 2.1.0-1 }
          rhel 9: { nginx: 1.20.1-14.el9 }
          alpine 3.19: { nginx: 1.24.0-r7 }
        images:
          registry.lab:5000/app:1.4: \(digest)
          nginx: \(digest)
        downloads:
          https://example.org/a.tgz: \(digest)
        """

    private static let debian = Platform(facts: [
        "distribution": "Debian", "distribution_version": "12.5", "distribution_major_version": "12",
        "distribution_release": "bookworm", "architecture": "x86_64",
    ])
    private static let redHat = Platform(facts: [
        "distribution": "RedHat", "distribution_version": "9.4", "distribution_major_version": "9",
        "architecture": "aarch64",
    ])
    private static let alpine = Platform(
        Observation(output: Array("x86_64\nID=alpine\nVERSION_ID=3.19.1\n".utf8)))

    private func held(
        _ module: any Module.Type, _ arguments: OrderedMap, on platform: Platform? = debian, locked: Bool = false
    ) throws -> (arguments: ModuleArguments, offences: [Diagnostic]) {
        let pins = try PinsReader.read(SourceFile(path: "pins.yml", text: Self.text))
        return Pinning(pins: pins, isLocked: locked).held(
            try ArgumentValidator(module.spec).validate(arguments), of: module.spec, on: platform)
    }

    @Test func packagesGetTheVersionOfTheirRelease() throws {
        let apt = try held(AptModule.self, ["name": "nginx,tree, vim", "state": "latest"])
        #expect(apt.arguments.strings("name") == ["nginx=1.22.1-9", "tree=2.1.0-1", "vim"])
        let dnf = try held(
            DnfModule.self, ["name": ["nginx", "nginx-1.20.1", "nginx >= 1.20", "vim"]], on: Self.redHat)
        let pinned = "nginx-1.20.1-14.el9"
        #expect(dnf.arguments.strings("name") == [.init(pinned), .init(pinned), .init(pinned), "vim"])
        let newer = try held(DnfModule.self, ["name": "nginx > 1.20.1-14.el9"], on: Self.redHat)
        #expect(newer.offences.count == 1)
        let apk = try held(ApkModule.self, ["name": "nginx"], on: Self.alpine)
        #expect(apk.arguments.strings("name") == ["nginx=1.24.0-r7"])
    }

    @Test func architecturesHaveTheirOwnUnderEitherName() throws {
        #expect(try held(AptModule.self, ["name": "big"]).arguments.strings("name") == ["big=2-1"])
        let arm = Platform(Observation(output: Array("aarch64\nID=debian\nVERSION_ID=\"12\"\n".utf8)))
        #expect(try held(AptModule.self, ["name": "big"], on: arm).arguments.strings("name") == ["big=2-2"])
    }

    @Test func whatGoesAwayOrIsNoPackageIsLeftAlone() throws {
        #expect(
            try held(AptModule.self, ["name": "nginx", "state": "absent"]).arguments.strings("name") == ["nginx"])
        #expect(try held(AptModule.self, ["name": "ngin*"]).arguments.strings("name") == ["ngin*"])
        #expect(try held(DnfModule.self, ["name": "@base"], on: Self.redHat).arguments.strings("name") == ["@base"])
    }

    @Test(arguments: ["nginx=1.24*", "nginx>=1.23"])
    func aVersionThatContradictsThePinNamesBothPlaces(_ name: String) throws {
        let offence = try #require(try held(AptModule.self, ["name": .string(name)]).offences.first)
        #expect(offence.code == .pinConflict)
        #expect(offence.labels.last?.range.description == "pins.yml:2:23")
        #expect(offence.message == "'\(name)' is asked for, and 'nginx' is pinned to 1.22.1-9")
    }

    @Test(arguments: ["nginx=1.22.1-9", "nginx=1.22*", "nginx>=1.20"])
    func aVersionThatThePinMeetsBecomesThePin(_ name: String) throws {
        #expect(try held(AptModule.self, ["name": .string(name)]).arguments.strings("name") == ["nginx=1.22.1-9"])
    }

    @Test func aVersionBehindADashIsComparedToo() throws {
        let offence = try held(DnfModule.self, ["name": "nginx-1.24"], on: Self.redHat).offences.first
        #expect(offence?.code == .pinConflict)
    }

    @Test func imagesGetTheirDigestAndKeepTheirTag() throws {
        let pull = try held(DockerImagePullModule.self, ["name": "registry.lab:5000/app", "tag": "1.4"])
        #expect(pull.arguments.string("name") == "registry.lab:5000/app:1.4@\(Self.digest)")
        let container = try held(DockerContainerModule.self, ["name": "web", "image": "docker.io/library/nginx"])
        #expect(container.arguments.string("image") == "docker.io/library/nginx:latest@\(Self.digest)")
        let built = try held(
            DockerImageModule.self, ["name": "nginx", "source": "build", "build": ["path": "/x"]], locked: true)
        #expect(built.arguments.string("name") == "nginx" && built.offences.isEmpty)
    }

    @Test func anotherDigestContradicts() throws {
        let offences = try held(
            DockerContainerModule.self, ["name": "web", "image": .string("nginx@\(Self.other)")]
        ).offences
        #expect(offences.isEmpty)
        let pinned = try held(
            DockerContainerModule.self,
            ["name": "web", "image": .string("registry.lab:5000/app:1.4@\(Self.other)")]
        ).offences
        #expect(pinned.map(\.code) == [.pinConflict])
    }

    @Test func downloadsGetTheirChecksum() throws {
        let address: Value = "https://example.org/a.tgz"
        let fetched = try held(GetUrlModule.self, ["url": address, "dest": "/a"])
        #expect(fetched.arguments.string("checksum") == Self.digest)
        let listed = try held(
            GetUrlModule.self, ["url": address, "dest": "/a", "checksum": "sha256:https://example.org/SUMS"])
        #expect(listed.arguments.string("checksum") == Self.digest)
        let wrong = try held(GetUrlModule.self, ["url": address, "dest": "/a", "checksum": .string(Self.other)])
        #expect(wrong.offences.map(\.code) == [.pinConflict])
    }

    @Test func aLockedRunRefusesWhatIsNotPinned() throws {
        func messages(_ module: any Module.Type, _ arguments: OrderedMap, _ platform: Platform? = Self.debian) throws
            -> [String]
        {
            #expect(try held(module, arguments, on: platform).offences.isEmpty)
            return try held(module, arguments, on: platform, locked: true).offences.map(\.message)
        }
        #expect(
            try messages(AptModule.self, ["name": ["nginx", "vim", "php*"]]) == [
                "package 'vim' is not pinned for debian 12", "'php*' stands for packages that no pin holds",
            ])
        #expect(try messages(AptModule.self, ["name": ["nginx", "vim"]], nil) == ["package 'vim' is not pinned"])
        #expect(try messages(AptModule.self, ["upgrade": "dist"]) == ["'upgrade' brings versions that no pin holds"])
        #expect(try messages(AptModule.self, ["update_cache": true]).isEmpty)
        #expect(
            try messages(AptModule.self, ["deb": "https://example.org/a.deb"]) == [
                "download 'https://example.org/a.deb' has no checksum"
            ])
        #expect(
            try messages(DockerContainerModule.self, ["name": "x", "image": "redis"]) == [
                "image 'redis' is not pinned by a digest"
            ])
        #expect(
            try messages(GetUrlModule.self, ["url": "https://example.org/b", "dest": "/b"]) == [
                "download 'https://example.org/b' has no checksum"
            ])
        #expect(
            try messages(
                GetUrlModule.self,
                ["url": "https://example.org/b", "dest": "/b", "checksum": .string(Self.other)]
            ).isEmpty)
    }

    @Test func releasesHaveNamesThatDoNotChangeWithUpdates() {
        #expect(Self.debian?.release == "debian 12")
        #expect(Self.redHat?.release == "rhel 9")
        #expect(Self.alpine.release == "alpine 3.19")
        let ubuntu = Platform(Observation(output: Array("x86_64\nID=ubuntu\nVERSION_ID=\"24.04\"\n".utf8)))
        #expect(ubuntu.release == "ubuntu 24.04" && ubuntu.isOf("Ubuntu 24.04") && !ubuntu.isOf("ubuntu 22.04"))
        let sid = Platform(Observation(output: Array("x86_64\nID=debian\nVERSION_CODENAME=trixie\n".utf8)))
        #expect(sid.release == "debian trixie" && sid.isOf("debian trixie"))
        #expect(Self.debian?.isOf("debian 1") == false)
    }

    @Test func thePlatformIsAskedForWhereNobodyKnowsIt() async throws {
        let pins = try PinsReader.read(SourceFile(path: "pins.yml", text: Self.text))
        let context = ModuleContext(
            controller: NoController(), host: "a", showsDifferences: false,
            pinning: Pinning(pins: pins, isLocked: false))
        let arguments = try ArgumentValidator(AptModule.spec).validate(["name": "nginx"])
        let module = try Pinning.module(AptModule.self, arguments, context: context)
        guard case .observe(let probe, let then) = try module.start() else {
            Issue.record("nothing was asked")
            return
        }
        #expect(probe.script == Platform.probe.script)
        let next = try then(Observation(output: Array("x86_64\nID=debian\nVERSION_ID=12\n".utf8)))
        guard case .observe(let question, _) = next else {
            Issue.record("apt did not begin")
            return
        }
        #expect(question.script.contains("nginx"))
    }
}

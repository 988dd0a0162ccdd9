//! Pins that follow from what hosts have installed.

import Diagnostics
import Modules
import Testing
import Values

@testable import Services

@Suite struct PackageSurveyTests {
    private func host(
        _ name: String, _ versions: [String: String], release: String = "12", architecture: String = "amd64"
    ) throws -> InstalledPackages {
        let packages: OrderedMap = OrderedMap(
            versions.sorted { $0.key < $1.key }.map { name, version in
                (name, .list([.dict(["version": .string(version), "arch": .string(architecture), "source": "apt"])]))
            })
        return try #require(
            InstalledPackages(
                host: name,
                facts: ["distribution": "Debian", "distribution_version": .string("\(release).1")], packages: packages))
    }

    private func versions(_ survey: PackageSurvey, _ release: String = "debian 12") -> [String: [String: String]] {
        (survey.packages[release] ?? [:]).mapValues { $0.versions.mapValues(\.value) }
    }

    @Test func whatIsWantedAndWhatIsPinnedIsPinned() throws {
        var old = Pins()
        old.packages["debian 12"] = ["tree": Pins.Package("1"), "gone": Pins.Package("7")]
        let survey = PackageSurvey(
            old, hosts: [try host("a", ["tree": "2", "nginx": "1.22", "vim": "9"])],
            wanted: ["a": ["nginx", "absent"]])
        #expect(versions(survey) == ["tree": ["": "2"], "gone": ["": "7"], "nginx": ["": "1.22"]])
        #expect(survey.missing == ["absent (debian 12)"])
        #expect(survey.conflicts.isEmpty)
    }

    @Test func eachReleaseHasItsOwn() throws {
        let survey = PackageSurvey(
            Pins(), hosts: [try host("a", ["nginx": "1.22"]), try host("b", ["nginx": "1.26"], release: "13")],
            wanted: ["a": ["nginx"], "b": ["nginx"]])
        #expect(versions(survey, "debian 12") == ["nginx": ["": "1.22"]])
        #expect(versions(survey, "debian 13") == ["nginx": ["": "1.26"]])
    }

    @Test func aReleaseThatIsWrittenMorePreciselyIsKept() throws {
        var old = Pins()
        old.packages["debian 12.1"] = ["tree": Pins.Package("1")]
        let survey = PackageSurvey(old, hosts: [try host("a", ["tree": "2"])], wanted: [:])
        #expect(versions(survey, "debian 12.1") == ["tree": ["": "2"]])
        #expect(survey.packages.count == 1)
    }

    @Test func architecturesMayDiffer() throws {
        let hosts = [try host("a", ["k": "6.1"]), try host("b", ["k": "6.2"], architecture: "arm64")]
        let survey = PackageSurvey(Pins(), hosts: hosts, wanted: ["a": ["k"]])
        #expect(versions(survey) == ["k": ["amd64": "6.1", "arm64": "6.2"]])
    }

    @Test func hostsThatDifferAreNamed() throws {
        let hosts = [try host("a", ["k": "1"]), try host("b", ["k": "2"]), try host("c", ["k": "1"])]
        let survey = PackageSurvey(Pins(), hosts: hosts, wanted: ["a": ["k"]])
        #expect(survey.conflicts == ["k of debian 12: 1 on a, c; 2 on b"])
        #expect(survey.packages.isEmpty)
    }

    @Test func releasesOfPackagesBelongToTheirVersion() throws {
        let facts: OrderedMap = ["distribution": "Rocky", "distribution_version": "9.4"]
        let found = try #require(
            InstalledPackages(
                host: "r", facts: facts,
                packages: ["nginx": [["version": "1.20.1", "release": "14.el9", "arch": "x86_64", "source": "rpm"]]]))
        #expect(found.versions["nginx"]?.version == "1.20.1-14.el9")
        #expect(found.platform.release == "rocky 9")
        let aged: Value = [["version": "2.0", "release": "1", "epoch": 1, "arch": "noarch", "source": "rpm"]]
        let later = try #require(InstalledPackages(host: "r", facts: facts, packages: ["aged": aged]))
        #expect(later.versions["aged"]?.version == "1:2.0-1")
    }

    @Test func anotherVersionThanThePinnedOneIsDrift() throws {
        var pins = Pins()
        pins.packages["debian 12"] = ["tree": Pins.Package("1"), "vim": Pins.Package("9"), "gone": Pins.Package("1")]
        let report = PackageDrift.report(
            [try host("a", ["tree": "2", "vim": "9", "nginx": "3"])], against: pins, unanswered: [])
        #expect(report.findings.map(\.what) == ["tree"])
        #expect(report.findings.first?.actual == "2" && report.findings.first?.expected == "1")
        #expect(report.exitCode == 3)
    }
}

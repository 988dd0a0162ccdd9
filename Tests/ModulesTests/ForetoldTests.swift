//! Check mode over several tasks: what an earlier one would have made, a later one may rely on, and nothing else.

import Diagnostics
import Testing
import Values

@testable import Modules

@Suite struct ForetoldTests {
    private func foretold(_ resources: Resource...) -> Foretold {
        var all = Foretold()
        all.add(resources)
        return all
    }

    @Test func foldersComeWithWhatLiesInThem() {
        let made = foretold(.path("/srv/db/data/"), .user("ana"))
        for path in ["/srv/db/data", "/srv/db/data/", "/srv/db", "/srv"] { #expect(made.covers(.path(path))) }
        for path in ["/srv/db/dat", "/srv/db/data/x", "/srv/cache"] { #expect(!made.covers(.path(path))) }
        #expect(made.covers(.user("ana")) && !made.covers(.group("ana")))
        #expect(foretold(.anything).covers(.path("/etc/nginx")))
    }

    @Test func aUserMayJoinAGroupThatWouldHaveBeenMade() async throws {
        let host = Observation("T shadow\nG bob:x:1000:\nP bob:x:1000:1000:Bob:/home/bob:/bin/sh\n")
        let wish: OrderedMap = ["name": "bob", "groups": ["operators"], "append": true]
        let group = try await StepDriver(
            ScriptedHost([Observation("T shadow\n")]), checkMode: true, showsDifferences: false
        )
        .run(module(GroupModule.self, ["name": "operators"]))
        #expect(group.changed && group.foretold == [.group("operators")])

        for (foretold, changed) in [(foretold(.group("operators")), true), (foretold(.group("others")), false)] {
            let result = try await StepDriver(
                ScriptedHost([host]), checkMode: true, showsDifferences: false, foretold: foretold
            ).run(module(UserModule.self, wish))
            #expect(result.changed == changed && result.failed == !changed, "\(result.fields)")
        }
    }

    @Test func aRealRunBelievesOnlyTheHost() async throws {
        let host = ScriptedHost([Observation("T shadow\nP bob:x:1000:1000:Bob:/home/bob:/bin/sh\n")])
        let result = try await StepDriver(
            host, checkMode: false, showsDifferences: false, foretold: foretold(.group("operators"))
        ).run(module(UserModule.self, ["name": "bob", "groups": ["operators"]]))
        #expect(result.failed && host.applied.isEmpty)
    }

    @Test func commandsMayMakeAnything() async throws {
        let result = try await StepDriver(ScriptedHost([]), checkMode: true, showsDifferences: false)
            .run(module(CommandModule.self, ["argv": ["make", "install"]]))
        #expect(result.skipped && result.foretold == [.anything])
    }
}

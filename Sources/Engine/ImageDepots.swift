//! Images that wait to be sent: each is unpacked once on the host that has it, for all that lack it.

import Connections
import Modules
import Values

/// The depots of one run.
actor ImageDepots {
    private struct Key: Hashable {
        let host: String
        let image: String
    }

    private struct Place: Sendable {
        let files: HostFiles
        let depot: ImageDepot
    }

    private var places: [Key: Task<Result<Place, ByteSourceFailure>, Never>] = [:]
    /// Compressing one after the other: two would do the same work twice.
    private var preparing: Task<Result<[StreamPart], ByteSourceFailure>, Never>?

    /// The parts of an archive with some layers of an image, for `docker load`.
    func parts(
        of range: Range<Int>, image: String, named name: String, on files: HostFiles
    ) async throws(ByteSourceFailure) -> [StreamPart] {
        let place = try await place(image, files)
        let task = Task { [previous = preparing] () -> Result<[StreamPart], ByteSourceFailure> in
            _ = await previous?.value
            do throws(ConnectionFailure) {
                let prepared = try await place.files.run(place.depot.preparation(of: range))
                guard prepared.status == 0, let parts = place.depot.archive(of: range, named: name, prepared) else {
                    return .failure(Self.failure("cannot compress image '\(name)'", place.files.host, prepared))
                }
                return .success(parts)
            } catch {
                return .failure(ByteSourceFailure(error.message, help: error.help))
            }
        }
        preparing = task
        return try await task.value.get()
    }

    private func place(_ image: String, _ files: HostFiles) async throws(ByteSourceFailure) -> Place {
        let key = Key(host: files.host, image: image)
        let task =
            places[key]
            ?? Task { () -> Result<Place, ByteSourceFailure> in
                do throws(ConnectionFailure) {
                    let output = try await files.run(ImageDepot.filling(with: image))
                    guard let depot = ImageDepot(output) else {
                        return .failure(Self.failure("cannot save image '\(image)'", files.host, output))
                    }
                    return .success(Place(files: files, depot: depot))
                } catch {
                    return .failure(ByteSourceFailure(error.message, help: error.help))
                }
            }
        places[key] = task
        return try await task.value.get()
    }

    private static func failure(_ act: String, _ host: String, _ output: Observation) -> ByteSourceFailure {
        ByteSourceFailure("\(act) on \(host): \(DockerFailure.explain(.init(output.errorText)))")
    }

    /// At the end of the run, before its connections are closed.
    func removeAll() async {
        for task in places.values {
            guard case .success(let place) = await task.value else { continue }
            // A host that has gone cannot be told; the next run there clears up.
            _ = try? await place.files.run(place.depot.removal)
        }
        places = [:]
    }
}

/// The layers of an image on their way to one host; nothing is prepared before the first byte is asked for.
actor ImageStream: ByteSource {
    private let depots: ImageDepots
    private let image: String
    private let name: String
    private let range: Range<Int>
    private let files: HostFiles
    private let counter: ByteCounter
    private var parts: PartStream?
    private(set) var total: Int?

    init(
        _ range: Range<Int>, image: String, named name: String, files: HostFiles, depots: ImageDepots,
        counter: ByteCounter
    ) {
        self.range = range
        self.image = image
        self.name = name
        self.files = files
        self.depots = depots
        self.counter = counter
    }

    func next() async throws(ByteSourceFailure) -> [UInt8]? {
        let stream: PartStream
        if let parts {
            stream = parts
        } else {
            stream = PartStream(
                try await depots.parts(of: range, image: image, named: name, on: files), files: files)
            parts = stream
            total = stream.total
        }
        let piece = try await stream.next()
        await counter.add(piece?.count ?? 0)
        return piece
    }
}

/// How much one host was sent.
actor ByteCounter {
    private(set) var count = 0

    func add(_ bytes: Int) { count += bytes }
}

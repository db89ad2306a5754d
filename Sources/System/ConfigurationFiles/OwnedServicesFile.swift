import DirectorCore
package import VirtualServers

/// The file in the runtime directory that says which services a director answers for, so that its next run removes
/// those that are not configured any more, even after a crash.
package struct OwnedServicesFile: Sendable {
    private let file: RuntimeFile

    package init(runtimeDirectory: String) {
        file = RuntimeFile("owned", in: runtimeDirectory)
    }

    /// Empty when there is no file yet.
    package func read() throws(FileProblem) -> Set<VirtualService.ID> {
        OwnedServicesText.read(try file.read())
    }

    package func write(_ services: Set<VirtualService.ID>) throws(FileProblem) {
        try file.write(OwnedServicesText.write(services))
    }
}

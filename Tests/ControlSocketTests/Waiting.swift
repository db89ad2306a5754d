import Testing

/// Waits for what happens on another thread, for ten seconds and more.
func wait(
    _ condition: () async -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    for _ in 0..<2_000 where await !condition() { try await Task.sleep(for: .milliseconds(5)) }
    #expect(await condition(), sourceLocation: sourceLocation)
}

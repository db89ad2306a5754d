package import DirectorCore

/// What is published of one snapshot: made once, on whatever thread, and the same for everybody.
package struct Edition: Sendable {
    package let snapshot: Snapshot
    /// The snapshot as text, without what makes it an answer or a line of a subscription; nil when nobody needed it.
    package let whole: SharedText?
    /// The line that says what changed since the edition before; nil when only the whole can say it, or nobody knows
    /// the one before.
    package let update: SharedText?

    /// - Parameters:
    ///   - before: what those who get updates know; nil when there is nobody.
    ///   - needsWhole: somebody waits for all of it.
    package init(_ snapshot: Snapshot, after before: Snapshot?, needsWhole: Bool) {
        self.snapshot = snapshot
        let change = before.flatMap { SnapshotUpdate(from: $0, to: snapshot) }
        update = change.map { SharedText($0.line) }
        whole = needsWhole || (before != nil && change == nil) ? SharedText(snapshot.line) : nil
    }

    /// Around the whole of an answer to `status` or `subscribe`.
    package static let answerStart = Array("{\"version\":\(ControlRequest.version),\"ok\":true,\"result\":".utf8)
    /// Around the whole in a line of a subscription.
    package static let lineStart = Array("{\"version\":\(ControlRequest.version),\"snapshot\":".utf8)
    package static let end = Array("}\n".utf8)
}

extension SnapshotUpdate {
    /// With its end.
    package var line: [UInt8] { StreamMessage.line("update", json).line + [UInt8(ascii: "\n")] }
}

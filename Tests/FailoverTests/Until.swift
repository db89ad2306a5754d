import EventLoop
import Testing
import TimeTypes

/// Waits for a condition, for 20 seconds at most.
@LoopActor func until(
    _ condition: @LoopActor () -> Bool, sourceLocation: SourceLocation = #_sourceLocation
) async {
    let limit = EventLoop.now + .seconds(20)
    while !condition() {
        guard EventLoop.now < limit else {
            Issue.record("the condition did not come true within 20 seconds", sourceLocation: sourceLocation)
            return
        }
        await EventLoop.main.sleep(for: .milliseconds(1))
    }
}

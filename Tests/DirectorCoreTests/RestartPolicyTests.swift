import DirectorCore
import Testing
import TimeTypes

struct RestartPolicyTests {
    @Test func pausesDoubleUpToTenSeconds() {
        var policy = RestartPolicy()
        var pauses: [Int64] = []
        for _ in 0..<9 {
            policy.started(at: .zero)
            pauses.append(policy.died(at: .zero + .seconds(1)).milliseconds)
        }
        #expect(pauses == [100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000])
    }

    @Test func aChildThatLivedLongIsStartedSoon() {
        var policy = RestartPolicy()
        for _ in 0..<5 { _ = policy.died(at: .zero) }
        policy.started(at: .zero)
        #expect(policy.died(at: .zero + .seconds(30)) == .milliseconds(100))
    }
}

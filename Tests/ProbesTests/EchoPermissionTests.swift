import Testing

@testable import Privileges

struct EchoPermissionTests {
    /// The kernel's range of groups, the prober's group, and the range that is needed; nil for the same.
    @Test(
        arguments: [
            ((1, 0), 65534, (65534, 65534)), ((0, 2_147_483_647), 65534, nil), ((100, 100), 65534, (100, 65534)),
            ((1000, 2000), 999, (999, 2000)), ((65534, 65534), 65534, nil),
        ] as [((UInt32, UInt32), UInt32, (UInt32, UInt32)?)])
    func theRangeGrowsByNoMoreThanIsNeeded(
        range: (UInt32, UInt32), group: UInt32, wanted: (UInt32, UInt32)?
    ) {
        let wider = Confinement.widened((range.0, range.1), for: group)
        #expect(wider?.low == wanted?.0)
        #expect(wider?.high == wanted?.1)
    }
}

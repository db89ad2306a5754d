// swift-tools-version: 6.2
import PackageDescription

// Three floors: Programs stand on System, System stands on Core. Tests/TidyTests holds that imports point down only.

/// Values and pure functions: no I/O, no clock, no C, no Foundation.
let core: [SwiftSetting] = [
    .treatAllWarnings(as: .error), .swiftLanguageMode(.v6), .enableUpcomingFeature("InternalImportsByDefault"),
]
/// Everything that touches the machine; unsafe expressions are marked.
let system: [SwiftSetting] = core + [.strictMemorySafety()]

func coreTarget(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/Core/\(name)", swiftSettings: core)
}

func systemTarget(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/System/\(name)", swiftSettings: system)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Sources/Programs/\(name)", swiftSettings: core)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", resources: resources, swiftSettings: core)
}

/// A C library of the system, found by pkg-config; `shims` hold what Swift cannot import.
func library(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "director",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2")
    ],
    targets: [
        // Core
        coreTarget("NetworkTypes"),
        coreTarget("TimeTypes"),
        coreTarget("VirtualServers", ["NetworkTypes"]),
        coreTarget("HealthChecking", ["NetworkTypes", "TimeTypes"]),
        coreTarget("DirectorConfig", ["NetworkTypes", "VirtualServers", "HealthChecking"]),
        coreTarget(
            "DirectorCore", ["NetworkTypes", "TimeTypes", "VirtualServers", "HealthChecking", "DirectorConfig"]),
        coreTarget(
            "ControlProtocol", ["NetworkTypes", "TimeTypes", "VirtualServers", "HealthChecking", "DirectorCore"]),

        // System
        library("CNetlink", pkgConfig: "libnl-genl-3.0", package: "libnl-genl-3-dev"),
        systemTarget("KernelNetlink", ["CNetlink", "NetworkTypes", "VirtualServers"]),

        // Tests
        tests("NetworkTypesTests", ["NetworkTypes"]),
        tests("TimeTypesTests", ["TimeTypes"]),
        tests("VirtualServersTests", ["NetworkTypes", "VirtualServers"]),
        tests("HealthCheckingTests", ["NetworkTypes", "TimeTypes", "HealthChecking"]),
        tests(
            "ControlProtocolTests",
            ["ControlProtocol", "DirectorCore", "HealthChecking", "NetworkTypes", "TimeTypes", "VirtualServers"]),
        tests(
            "DirectorCoreTests",
            ["DirectorCore", "DirectorConfig", "HealthChecking", "NetworkTypes", "TimeTypes", "VirtualServers"]),
        tests("TidyTests", []),
        tests("KernelNetlinkTests", ["KernelNetlink", "NetworkTypes", "VirtualServers"]),
    ],
    cLanguageStandard: .gnu11
)

// swift-tools-version: 6.2
import PackageDescription

#if canImport(Glibc)
    import Glibc
#endif

// Three floors: Programs stand on System, System stands on Core. Tests/TidyTests holds that imports point down only.

/// Values and pure functions: no I/O, no clock, no C, no Foundation.
let core: [SwiftSetting] = [
    .treatAllWarnings(as: .error), .swiftLanguageMode(.v6), .enableUpcomingFeature("InternalImportsByDefault"),
    // A section for each function: only so can the linker leave one out, or put it where contrib/link says.
    // And types by code, not by name: by name each kind of dictionary costs the runtime a search of all conformances.
    // Both save time and nothing else: they may go where a compiler does not know them.
    .unsafeFlags(
        [
            "-Xfrontend", "-function-sections",
            "-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors",
        ], .when(configuration: .release)),
]
/// Everything that touches the machine; unsafe expressions are marked.
let system: [SwiftSetting] = core + [.strictMemorySafety()]

func coreTarget(_ name: String, _ dependencies: [Target.Dependency] = [], page: String? = nil) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Sources/Core/\(name)", exclude: page.map { [$0] } ?? [],
        swiftSettings: core)
}

func systemTarget(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/System/\(name)", swiftSettings: system)
}

func program(_ name: String, _ dependencies: [Target.Dependency], linking: [LinkerSetting] = []) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, path: "Sources/Programs/\(name)", swiftSettings: core,
        linkerSettings: linking)
}

/// What runs at a program's start lies together: a page touched for the first time costs more than the code on it. The
/// strings of one object do, too: equal ones of several objects are not merged (-O0), which would scatter them all, and
/// costs three megabytes of debug information.
/// - Parameter program: whose start it is.
func ordered(_ program: String) -> [String] {
    [
        "-use-ld=lld", "-Xlinker", "-O0", "-Xlinker", "--gc-sections", "-Xlinker", "--no-warn-symbol-ordering",
        "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/contrib/link/\(program).symbols",
    ]
}

/// A release without shared libraries and relocations: it starts in half the time, as a command that scripts call for
/// every change must, and as the first of the daemons does for all. Names are still looked up by the system's own
/// modules (nsswitch.conf), so it has to be built on the system release that it will run on; and only by a program
/// without threads. directord and director-engine have threads, and look up none: director-names does that
/// (Tests/Integration/test_supervision.py).
func fixed(_ program: String) -> [LinkerSetting] {
    [.unsafeFlags(["-static-executable"] + ordered(program), .when(configuration: .release))]
}

/// Three quarters of a megabyte of relocations in seven kilobytes, where the system's loader can read that: glibc 2.36.
let packed: [String] = {
    #if canImport(Glibc)
        let version = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { text in
            guard confstr(Int32(_CS_GNU_LIBC_VERSION), text.baseAddress, text.count) > 0 else { return "" }
            return text.baseAddress.map { String(cString: $0) } ?? ""
        }
        let numbers = version.split { $0 == " " || $0 == "." }.compactMap { Int($0) }
        let isOlder = numbers.lexicographicallyPrecedes([2, 36])
        return isOlder ? [] : ["-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"]
    #else
        return []
    #endif
}()

/// A daemon's release has the Swift runtime's C++ library in it and shows nobody its symbols: it starts in little more
/// than half the time. It keeps the system's libc, since a module that looks up names of users brings down a program
/// that has both threads and a libc of its own.
let daemon: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-Xclang-linker", "-static-libgcc", "-L\(Context.packageDirectory)/contrib/link/static",
            "-Xlinker", "--no-export-dynamic",
        ] + packed + ordered("director-engine"), .when(configuration: .release))
]

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies, path: "Tests/\(name)", resources: resources, swiftSettings: core)
}

/// C of our own, for what Swift cannot import.
func shims(_ name: String) -> Target {
    .target(name: name, path: "Sources/System/\(name)")
}

/// A C library of the system, found by pkg-config; `shims` hold what Swift cannot import.
func library(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A program that measures or proves something and is not installed.
func tool(_ name: String, _ dependencies: [Target.Dependency], path: String) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: path, swiftSettings: core)
}

let log: Target.Dependency = .product(name: "Logging", package: "swift-log")

let targets: [Target] = [
    // Core
    coreTarget("NetworkTypes"),
    coreTarget("TimeTypes"),
    coreTarget("NameQuestions", ["NetworkTypes"]),
    coreTarget("VirtualServers", ["NetworkTypes"]),
    coreTarget("VirtualRouting", ["Digests", "NetworkTypes", "TimeTypes"]),
    coreTarget("Digests"),
    coreTarget("HealthChecking", ["Digests", "NetworkTypes", "TimeTypes"]),
    coreTarget("DirectorConfig", ["NetworkTypes", "VirtualRouting", "VirtualServers", "HealthChecking"]),
    coreTarget(
        "DirectorCore",
        [
            "Digests", "DirectorConfig", "HealthChecking", "NetworkTypes", "TimeTypes", "VirtualRouting",
            "VirtualServers",
        ]),
    coreTarget(
        "ControlProtocol",
        ["NetworkTypes", "TimeTypes", "VirtualRouting", "VirtualServers", "HealthChecking", "DirectorCore"],
        page: "README.md"),
    coreTarget("HTTPServing"),
    coreTarget("Manual"),
    coreTarget(
        "StatusPage",
        ["ControlProtocol", "DirectorCore", "HealthChecking", "NetworkTypes", "TimeTypes", "VirtualServers"]),
    coreTarget(
        "Dashboard",
        ["ControlProtocol", "DirectorCore", "HealthChecking", "NetworkTypes", "TimeTypes", "VirtualServers"]),

    // System
    shims("CLinux"),
    shims("CPaths"),
    shims("CProbes"),
    shims("CStartup"),
    shims("CTerminal"),
    library("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
    library("CNetlink", pkgConfig: "libnl-genl-3.0", package: "libnl-genl-3-dev"),
    library("CPCRE2", pkgConfig: "libpcre2-8", package: "libpcre2-dev"),
    systemTarget(
        "Actions",
        [
            "CLinux", "DirectorConfig", "DirectorCore", "EventLoop", "HealthChecking", "MachineFacts", "NameAsking",
            "NetworkTypes", "TimeTypes",
        ]),
    systemTarget(
        "ConfigurationFiles",
        [
            "CLinux", "DirectorConfig", "DirectorCore", "KernelTuning", "NameAsking", "NameQuestions", "NetworkTypes",
            "VirtualRouting", "VirtualServers", "Patterns",
        ]),
    systemTarget("ControlSocket", ["CLinux", "EventLoop"]),
    systemTarget("Daemons", ["CLinux", "EventLoop", "Logs", log]),
    systemTarget("DataPaths", ["CPaths", "EventLoop", "HealthChecking", "NetworkTypes", "TimeTypes"]),
    systemTarget("EventLoop", ["CLinux", "TimeTypes"]),
    shims("CFailover"),
    systemTarget(
        "Failover", ["CFailover", "DirectorConfig", "EventLoop", "NetworkTypes", "TimeTypes", "VirtualRouting"]),
    systemTarget("IpvsTool", ["KernelNetlink", "NetworkTypes", "VirtualServers"]),
    systemTarget("KernelNetlink", ["CNetlink", "NetworkTypes", "VirtualServers"]),
    systemTarget("KernelTuning", []),
    systemTarget("LdirectordTool", ["CLinux", "MachineFacts", "TimeTypes"]),
    systemTarget("Logs", ["CLinux", "TimeTypes", log]),
    // Who may ask the system's name service itself, and who has director-names ask it.
    systemTarget("NameService", ["NameQuestions", "NetworkTypes"]),
    systemTarget("NameAsking", ["CLinux", "EventLoop", "MachineFacts", "NameQuestions"]),
    systemTarget("Patterns", ["CPCRE2"]),
    systemTarget("Terminal", ["CLinux", "CTerminal"]),
    systemTarget("Privileges", ["CProbes", "EventLoop", "NameService"]),
    systemTarget(
        "Probes",
        [
            "CCurl", "CProbes", "Digests", "EventLoop", "HealthChecking", "MachineFacts", "NameService",
            "NetworkTypes", "Patterns", "TimeTypes",
        ]),

    systemTarget("MachineFacts", ["CLinux", "TimeTypes"]),

    // Programs
    program(
        "director",
        [
            "ConfigurationFiles", "ControlProtocol", "ControlSocket", "CStartup", "Dashboard", "DirectorConfig",
            "DirectorCore", "IpvsTool", "KernelNetlink", "LdirectordTool", "Logs", "MachineFacts", "Manual",
            "NameService", "Terminal", "TimeTypes", "VirtualServers",
        ], linking: fixed("director")),
    program(
        "director-engine",
        [
            "Actions", "ConfigurationFiles", "ControlProtocol", "ControlSocket", "Daemons", "DataPaths",
            "DirectorConfig", "DirectorCore", "EventLoop", "Failover", "HealthChecking", "KernelNetlink",
            "KernelTuning", "MachineFacts", "NameAsking", "NameQuestions", "NetworkTypes", "TimeTypes",
            "VirtualRouting", "VirtualServers", log,
        ], linking: fixed("director-engine")),
    program(
        "director-names", ["CLinux", "EventLoop", "Logs", "NameQuestions", "NameService", "Privileges"],
        linking: daemon),
    program(
        "director-prober",
        ["ControlSocket", "Daemons", "EventLoop", "HealthChecking", "Logs", "Privileges", "Probes", log],
        linking: daemon),
    program(
        "director-metrics",
        [
            "CLinux", "ControlProtocol", "ControlSocket", "Daemons", "DirectorCore", "EventLoop", "HTTPServing", "Logs",
            "NetworkTypes", "Privileges", "StatusPage", "TimeTypes", log,
        ], linking: daemon),
    program(
        "director-vrrp",
        [
            "ConfigurationFiles", "ControlProtocol", "ControlSocket", "Daemons", "DirectorConfig", "DirectorCore",
            "EventLoop", "Failover", "KernelNetlink", "KernelTuning", "NetworkTypes", "TimeTypes", "VirtualRouting",
            log,
        ], linking: daemon),
    program(
        "directord", ["CLinux", "DirectorCore", "EventLoop", "Logs", "MachineFacts", "Manual", "TimeTypes", log],
        linking: fixed("directord")),

    // Tests
    tests("ActionsTests", ["Actions", "DirectorCore", "EventLoop", "NameAsking", "NetworkTypes", "TimeTypes"]),
    tests(
        "ControlProtocolTests",
        [
            "ControlProtocol", "DirectorCore", "HealthChecking", "NetworkTypes", "TimeTypes", "VirtualRouting",
            "VirtualServers",
        ]),
    tests("ConfigurationFilesTests", ["ConfigurationFiles", "DirectorConfig", "NameQuestions", "NetworkTypes"]),
    tests("ControlSocketTests", ["ControlSocket", "EventLoop"]),
    tests("DataPathsTests", ["DataPaths", "EventLoop", "HealthChecking", "NetworkTypes", "TimeTypes"]),
    tests("DaemonsTests", ["Daemons"]),
    tests(
        "DashboardTests",
        [
            "Dashboard", "ControlProtocol", "DirectorCore", "HealthChecking", "NetworkTypes", "TimeTypes",
            "VirtualServers",
        ]),
    tests("DigestsTests", ["Digests"]),
    tests(
        "DirectorConfigTests", ["DirectorConfig", "HealthChecking", "NetworkTypes", "VirtualRouting", "VirtualServers"]),
    tests(
        "DirectorCoreTests",
        [
            "DirectorCore", "DirectorConfig", "HealthChecking", "NetworkTypes", "TimeTypes", "VirtualRouting",
            "VirtualServers",
        ]),
    tests(
        "EngineProgramTests",
        [
            "director-engine", "ConfigurationFiles", "ControlProtocol", "ControlSocket", "Daemons", "DirectorCore",
            "EventLoop",
            "HealthChecking", "NetworkTypes", "TimeTypes", log,
        ]),
    tests("EventLoopTests", ["EventLoop", "TimeTypes"]),
    tests("FailoverTests", ["EventLoop", "Failover", "TimeTypes"]),
    tests("HealthCheckingTests", ["Digests", "NetworkTypes", "TimeTypes", "HealthChecking"]),
    tests("LdirectordToolTests", ["LdirectordTool"]),
    tests("KernelNetlinkTests", ["KernelNetlink", "NetworkTypes", "VirtualServers"]),
    tests("KernelTuningTests", ["KernelTuning"]),
    tests("LogsTests", ["Logs", "TimeTypes", log]),
    tests("ManualTests", ["DirectorConfig", "Manual"]),
    tests("MetricsProgramTests", ["director-metrics", "ControlSocket", "EventLoop", "HTTPServing", "TimeTypes"]),
    tests("HTTPServingTests", ["HTTPServing"]),
    tests(
        "StatusPageTests",
        [
            "ControlProtocol", "DirectorCore", "HealthChecking", "NetworkTypes", "StatusPage", "TimeTypes",
            "VirtualServers",
        ]),
    tests("NameAskingTests", ["director-names", "EventLoop", "NameAsking", "NameQuestions", "NetworkTypes"]),
    tests("NameQuestionsTests", ["NameQuestions", "NetworkTypes"]),
    tests("NameServiceTests", ["NameQuestions", "NameService", "NetworkTypes"]),
    tests("NetworkTypesTests", ["NetworkTypes"]),
    tests("PatternsTests", ["Patterns"]),
    tests("ProberProgramTests", ["director-prober", "EventLoop", "HealthChecking", "NetworkTypes", "TimeTypes", log]),
    tests(
        "ProbesTests", ["CProbes", "EventLoop", "Privileges", "HealthChecking", "NetworkTypes", "Probes", "TimeTypes"]),
    tests("SimulationTests", ["FailoverSimulator"]),
    tests("SupervisorTests", ["directord"]),
    tests("TidyTests", []),
    tests("TimeTypesTests", ["TimeTypes"]),
    tests("VirtualRoutingTests", ["Digests", "NetworkTypes", "TimeTypes", "VirtualRouting"]),
    tests("VirtualServersTests", ["NetworkTypes", "VirtualServers"]),

    // Proofs and measurements
    .target(
        name: "FailoverSimulator", dependencies: ["NetworkTypes", "TimeTypes", "VirtualRouting"],
        path: "Tests/FailoverSimulator", swiftSettings: core),
    tool("failover-simulation", ["FailoverSimulator"], path: "Tests/Simulation/failover-simulation"),
    tool("prober-driver", ["HealthChecking", "NetworkTypes"], path: "Tests/Benchmarks/prober-driver"),
    tool("kernel-check", ["KernelNetlink", "NetworkTypes", "VirtualServers"], path: "Tests/Integration/kernel-check"),
    tool(
        "check-once", ["ConfigurationFiles", "DirectorConfig", "EventLoop", "HealthChecking", "Probes"],
        path: "Tests/Integration/check-once"),
    tool("loop-benchmark", ["CLinux", "EventLoop", "TimeTypes"], path: "Tests/Benchmarks/loop-benchmark"),
    tool(
        "probe-benchmark", ["EventLoop", "HealthChecking", "NetworkTypes", "Probes"],
        path: "Tests/Benchmarks/probe-benchmark"),
]

let package = Package(
    name: "director",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2")
    ],
    targets: targets,
    cLanguageStandard: .gnu11
)

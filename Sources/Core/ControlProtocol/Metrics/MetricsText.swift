package import DirectorCore

/// Everything that is counted and measured, as text for collectors of metrics.
package enum MetricsText {
    package static func render(_ report: MetricsReport, _ format: ExpositionWriter.Format) -> [UInt8] {
        let servers = report.snapshot.services.reduce(0) { $0 + $1.servers.count }
        var writer = ExpositionWriter(format, reserving: 16_384 + servers * 2_048)
        writer.engine(report)
        writer.services(report)
        writer.servers(report)
        writer.checks(report)
        writer.reconciliation(report.measures)
        if let pair = report.snapshot.pair { writer.pair(pair) }
        writer.processes(report.processes)
        writer.end()
        return writer.bytes
    }

    /// What there is to say while no engine answers: nothing that was true once.
    package static func renderUnreachable(_ format: ExpositionWriter.Format) -> [UInt8] {
        var writer = ExpositionWriter(format)
        writer.reachable(false)
        writer.end()
        return writer.bytes
    }
}

extension ExpositionWriter {
    fileprivate mutating func reachable(_ isReachable: Bool) {
        family("director_engine_up", .gauge, "Whether the engine answers; while it does not, nothing else is told.")
        sample(isReachable)
    }

    fileprivate mutating func engine(_ report: MetricsReport) {
        let engine = report.snapshot.engine
        reachable(true)
        family("director_build", .info, "The release.")
        sample(Labels(("version", report.release)), true)
        family("director_engine_start_time_seconds", .gauge, unit: "seconds", "When the engine started, since 1970.")
        sample(Duration.milliseconds(engine.startedAt.milliseconds))
        family(
            "director_configuration_load_time_seconds", .gauge, unit: "seconds",
            "When the configuration in force was loaded, since 1970.")
        sample(Duration.milliseconds(engine.configurationLoadedAt.milliseconds))
        family("director_configuration_in_force", .gauge, "Whether the file as it is now is in force.")
        sample(engine.configurationProblem == nil)
        family("director_configuration_loads", .counter, "Configurations that were taken over or refused.")
        sample(Labels(("result", "loaded")), report.measures.loads)
        sample(Labels(("result", "refused")), report.measures.refusedLoads)
        family("director_prober_connected", .gauge, "Whether anybody runs the checks.")
        sample(engine.proberConnected)
        family("director_checks_possible", .gauge, "Whether this machine has what all its checks need.")
        sample(engine.shortage == nil)
        family("director_events_kept", .gauge, "Whether events outlast the daemon.")
        sample(engine.journalProblem == nil)
        family("director_events", .counter, "What happened, by severity.")
        for severity in ["info", "warning", "error"] {
            sample(Labels(("severity", severity)), report.measures.events[severity] ?? 0)
        }
        let loop = report.measures.loop
        family("director_loop_timers", .counter, "Timers of the engine's loop that fired.")
        sample(loop.timers)
        family(
            "director_loop_lateness_seconds", .counter, unit: "seconds", "By how much they fired late, all together.")
        sample(loop.lateness)
        family("director_loop_worst_lateness_seconds", .gauge, unit: "seconds", "The latest one since the start.")
        sample(loop.worst)
    }

    fileprivate mutating func checks(_ report: MetricsReport) {
        let measures = report.measures
        family("director_checks", .gauge, "Checks that are run; equal ones of several services are one.")
        sample(Int64(report.snapshot.engine.checkCount))
        family("director_checks_overdue", .gauge, "Checks whose next result should have been here long ago.")
        sample(Int64(measures.overdueChecks))
        let kinds = measures.checkLatency.keys.sorted()
        family(
            "director_check_duration_seconds", .histogram, unit: "seconds",
            "From the start of a run to its end, by kind of check.")
        for kind in kinds {
            guard let latency = measures.checkLatency[kind] else { continue }
            histogram(Labels(("check", kind)), latency, ofTimes: true)
        }
        family("director_check_failures", .counter, "Runs that failed, by kind of check.")
        for kind in kinds { sample(Labels(("check", kind)), measures.failedChecks[kind] ?? 0) }
        family(
            "director_check_lateness_seconds", .histogram, unit: "seconds",
            "By how much later than its interval a check's result came.")
        histogram(Labels(), measures.checkLateness, ofTimes: true)
    }

    fileprivate mutating func reconciliation(_ measures: EngineMeasures) {
        family("director_plan_commands", .histogram, "Commands in each plan that had any.")
        histogram(Labels(), measures.planSizes, ofTimes: false)
        family("director_kernel_commands", .counter, "Commands given to the kernel, by kind.")
        for kind in measures.commands.keys.sorted() {
            sample(Labels(("command", kind)), measures.commands[kind] ?? 0)
        }
        family("director_kernel_refusals", .counter, "Commands that the kernel refused.")
        sample(measures.refusals)
        family("director_drift", .counter, "Differences of the kernel's table that somebody else made.")
        sample(measures.drift)
        family(
            "director_kernel_apply_seconds", .histogram, unit: "seconds",
            "From handing commands to the kernel to its last answer.")
        histogram(Labels(), measures.applying, ofTimes: true)
        family(
            "director_kernel_acknowledgement_seconds", .histogram, unit: "seconds",
            "From the arrival of a check's result that changed something to the kernel's acknowledgement of the change."
        )
        histogram(Labels(), measures.acknowledgement, ofTimes: true)
    }

    fileprivate mutating func processes(_ processes: [ProcessMeasures]) {
        let labelled = processes.map { (Labels(("process", $0.name)), $0) }
        family("director_process_up", .gauge, "Whether the process runs.")
        for (labels, process) in labelled { sample(labels, process.pid != nil) }
        family("director_process_restarts", .counter, "How often directord has started it again.")
        for (labels, process) in labelled { sample(labels, process.restarts) }
        let running = labelled.filter { $0.1.pid != nil }
        family(
            "director_process_resident_memory_bytes", .gauge, unit: "bytes", "Memory of the process that is resident.")
        for (labels, process) in running { sample(labels, process.residentBytes) }
        family("director_process_cpu_seconds", .counter, unit: "seconds", "User and system time of the process.")
        for (labels, process) in running { sample(labels, process.processorTime) }
    }
}

internal import CFailover

/// What keeps the timers of the pair punctual beside everything else on the machine.
package enum RealTime {
    /// SCHED_FIFO at a low real-time priority: before every ordinary program, behind the kernel's own threads. Returns
    /// an error number, 0 when it is done.
    package static func enter() -> Int32 { cfailover_set_realtime(10) }
    /// Nothing of this process is ever paged out.
    package static func lockMemory() -> Int32 { cfailover_lock_memory() }
}

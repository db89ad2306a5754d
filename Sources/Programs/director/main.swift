import CStartup
import Glibc

// No code of its own here: what stands at the top level belongs to the main actor, whose checks cost as much as a
// listing does.
director_restore_environment()
// Everything has been written, so there is nothing to be cleaned up.
_exit(Invocation.ofCommandLine().run())

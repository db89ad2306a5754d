import Glibc

// No code of its own here: what stands at the top level belongs to the main actor, and its checks cost as much as a listing.
exit(Invocation.ofCommandLine().run())

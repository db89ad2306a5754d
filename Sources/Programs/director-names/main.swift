import Glibc

exit(NamesProgram.run())

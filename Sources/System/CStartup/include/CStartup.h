#pragma once

// The first thing that a program with startup.c in it calls: puts its environment back as it was.
void director_restore_environment(void);

"""Posts in, crises out: sources, the pure core, both runtimes, metrics and the command line of larum."""

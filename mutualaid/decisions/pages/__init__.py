"""What a browser shows of decisions: what waits, one proposal with its answers, and the way to open one."""

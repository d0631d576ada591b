"""Run web, worker, beat and broker in one process tree, on a machine without servers (ADR 7)."""

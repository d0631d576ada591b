"""Everything in one process tree on a machine without servers: web, worker, beat and broker."""

"""The whole backlog at once: which free offer should meet which open need, and what each offer is worth.

`load` reads, `pairs` joins, `points` values, `auction` solves, `run` keeps it safe and stores what came out.
"""

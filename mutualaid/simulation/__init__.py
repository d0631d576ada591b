"""Simulate weeks of a city with the site's own code, on databases of its own (ADR 16, 90).

`engine` moves the clock; `strategies` say whom to invite; `behaviour` is how people answer, by the
figures of `assumptions`; `metrics` count the results, and `table` holds them side by side; `sandbox`
keeps each simulation in a process and a database of its own.
"""

"""Simulate weeks of a city with the site's own code, on databases of its own (ADR 16).

`engine` moves the clock; `policies` say whom to invite; `behaviour` is how people answer; `metrics`
count the results; `sandbox` keeps each simulation in a process and a database of its own.
"""

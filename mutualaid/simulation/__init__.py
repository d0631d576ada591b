"""Weeks of a city, played through the real code on a database of its own.

`engine` moves the clock; `policies` say whom to invite; `behaviour` is how people answer; `metrics` count
what came of it; `sandbox` keeps each game in a process and a database of its own.
"""

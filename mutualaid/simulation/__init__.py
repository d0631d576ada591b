"""Weeks of a city, played through the real code on a database of its own.

`play` moves the clock; `policies` say whom to ask; `people` answer; `figures` count what came of it.
"""

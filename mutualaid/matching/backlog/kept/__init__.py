"""What one process keeps from one look at all needs to the next, so that only changes are read and joined.

`changes` says what to read again, `rows` puts it among the others, `pairs` joins it, and `keeper` holds all
of it, and forgets all after any doubt (ADR 89).
"""

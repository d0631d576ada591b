"""Queries whose SQL is put together once in a process, and run with other values each time (ADR 87).

To write SQL takes Django ten times as long as the database takes to answer. So a query that runs for every
need is built from its shape alone, and all that differs from need to need, from day to day and from policy
to policy is a `Given`. What is no `Given` would be kept for good: `Baked` is raised instead.
"""

from mutualaid.statements.inserts import write_all
from mutualaid.statements.kept import (
    Baked,
    Given,
    Statement,
    Update,
    UpdateStatement,
    Window,
    WindowStatement,
    compiled,
    compiled_plain,
    compiled_update,
    compiled_window,
    constant,
    filled,
    in_window,
    is_compiling,
    late,
    slot,
    slots,
    this_row,
    written_anew,
)

__all__ = [
    "Baked",
    "Given",
    "Statement",
    "Update",
    "UpdateStatement",
    "Window",
    "WindowStatement",
    "compiled",
    "compiled_plain",
    "compiled_update",
    "compiled_window",
    "constant",
    "filled",
    "in_window",
    "is_compiling",
    "late",
    "slot",
    "slots",
    "this_row",
    "write_all",
    "written_anew",
]

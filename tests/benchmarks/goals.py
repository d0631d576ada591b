"""What a benchmark is to reach, printed with *reached* or *not*, and by how much.

Each benchmark says its goals where it has measured them; `make bench` repeats all of them at its end.
"""

import re
from collections.abc import Iterable

MARK = "goal:"
"""What each line of a goal begins with, so that `make bench` finds it."""
GOAL = re.compile(rf"^ *{MARK} |[,:] (not )?reached")
"""The simulator is part of the site and says its goals by itself."""
HEADING = re.compile(r"^== |^Population ")


def at_most(name: str, measured: float, wanted: float, unit: str = "") -> bool:
    """Print whether `measured` is no more than `wanted`, both in `unit`; returns it.

    `name` says by itself what was measured, sizes and database included.
    """
    return _show(name, measured, wanted, unit, "≤", reached=measured <= wanted)


def at_least(name: str, measured: float, wanted: float, unit: str = "") -> bool:
    """As `at_most`, for what should be no less than `wanted`."""
    return _show(name, measured, wanted, unit, "≥", reached=measured >= wanted)


def said_in(lines: Iterable[str]) -> list[str]:
    """Return the lines that say a goal, below the headings under which they stand."""
    found, heading = list[str](), ""
    for line in lines:
        if HEADING.search(line):
            heading = line
        elif GOAL.search(line):
            found += [heading, line] if heading else [line]
            heading = ""
    return found


def _show(
    name: str, measured: float, wanted: float, unit: str, sign: str, *, reached: bool
) -> bool:
    verdict = "reached" if reached else f"not, by {_off(measured, wanted, unit)}"
    print(
        f"   {MARK} {name}: {_written(measured, unit)} ({sign} {_written(wanted, unit)}), {verdict}",
        flush=True,
    )
    return reached


def _off(measured: float, wanted: float, unit: str) -> str:
    """How far off, as a share of what was wanted; of nothing there is no share."""
    off = abs(measured - wanted)
    return f"{off / abs(wanted):.1%}" if wanted else _written(off, unit)


def _written(number: float, unit: str) -> str:
    digits = f"{number:,.4f}".rstrip("0").rstrip(".")
    return f"{digits} {unit}".rstrip()

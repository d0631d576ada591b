"""What is to become of a need: who does what when, and how it ends on either side.

A plan is data. Each side looks at the state its own row is in and does what the plan says of it, so that it
goes on after any fault as if nothing had been.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

ASKED_THERE, SENT = "asked there", "contact sent"
"""Beside the states of the group that asks: the question arrived there, or contact details did."""


@dataclass(frozen=True)
class Plan:
    """`ours` and `theirs`: {state: name of an act}. `ends`: the states in which the two rows end.

    `closes`: with which reason the need is closed here; empty where it looks for someone here again.
    `learns`: whether the neighbour's contact details ever go there.
    """

    ends: tuple[str, str]
    ours: Mapping[str, str] = field(default_factory=dict)
    theirs: Mapping[str, str] = field(default_factory=dict)
    closes: str = ""
    learns: bool = False


PLANS = {
    "no": Plan(theirs={"asked": "decline"}, ends=("declined", "declined")),
    "silence": Plan(ends=("silent", "silent")),
    "not wanted": Plan(
        theirs={"asked": "accept"},
        ours={"accepted": "do_not_want"},
        ends=("not_wanted", "withdrawn"),
    ),
    "withdrawn at once": Plan(
        ours={"asked": "withdraw"}, ends=("withdrawn", "withdrawn"), closes="withdrawn"
    ),
    "withdrawn before a yes": Plan(
        ours={ASKED_THERE: "withdraw"}, ends=("withdrawn", "withdrawn"), closes="withdrawn"
    ),
    "withdrawn after contact": Plan(
        theirs={"asked": "accept"},
        ours={"accepted": "consent", SENT: "withdraw"},
        ends=("withdrawn", "withdrawn"),
        closes="withdrawn",
        learns=True,
    ),
    "taken back": Plan(
        theirs={"asked": "accept"},
        ours={"accepted": "consent", SENT: "take_back"},
        ends=("withdrawn", "withdrawn"),
        learns=True,
    ),
    "erased before a yes": Plan(ours={ASKED_THERE: "erase"}, ends=("withdrawn", "withdrawn")),
    "erased after contact": Plan(
        theirs={"asked": "accept", "received": "help_a_little"},
        ours={"accepted": "consent", "taken": "erase"},
        ends=("withdrawn", "withdrawn"),
        learns=True,
    ),
    "unmet": Plan(
        theirs={"asked": "accept", "received": "fail"},
        ours={"accepted": "consent"},
        ends=("unmet", "unmet"),
        learns=True,
    ),
    "confirmed": Plan(
        theirs={"asked": "accept", "received": "help"},
        ours={"accepted": "consent"},
        ends=("confirmed", "confirmed"),
        closes="other_help",
        learns=True,
    ),
}
LATE = "silence"
"""How each may end as well where one group was away for longer than an answer may take."""
ENDED_TOGETHER = {
    "declined": {"declined"},
    "silent": {"silent", "declined", "withdrawn", ""},
    "not_wanted": {"withdrawn"},
    "withdrawn": {
        *("withdrawn", "declined", "silent", ""),
        *("confirmed", "unmet", "not_needed"),
    },
    "unmet": {"unmet"},
    "not_needed": {"not_needed"},
    "confirmed": {"confirmed"},
}
"""{state here: those it may have there once nothing is on its way}; "" where it was taken back before it came
there.

A no that crosses a withdrawal stays one, and so does an end there.
"""
TOGETHER = ENDED_TOGETHER | {
    "asked": {"asked", "silent"},
    "accepted": {"accepted"},
    "agreed": {"received"},
    "taken": {"received"},
    "done": {"received"},
}
"""The same, with those that have not ended."""

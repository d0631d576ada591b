"""What people do: open a proposal, say what they think of it, admit someone, vouch for someone.

A rule of two is set by the functions of `actions.rule_of_two`.
"""

from mutualaid.decisions.actions.admitting import (
    NotAllowed,
    admission_of,
    admit,
    take_back_admission,
    vouch,
)
from mutualaid.decisions.actions.deciding import (
    NoReason,
    NoSay,
    NotAMember,
    ProposedAlready,
    TooManyOpen,
    check_review,
    latest_review,
    may_open,
    may_speak_as_neighbour,
    open_decision,
    speak,
    speak_as_neighbour,
    speak_by_admission,
)

__all__ = [
    "NoReason",
    "NoSay",
    "NotAMember",
    "NotAllowed",
    "ProposedAlready",
    "TooManyOpen",
    "admission_of",
    "admit",
    "check_review",
    "latest_review",
    "may_open",
    "may_speak_as_neighbour",
    "open_decision",
    "speak",
    "speak_as_neighbour",
    "speak_by_admission",
    "take_back_admission",
    "vouch",
]

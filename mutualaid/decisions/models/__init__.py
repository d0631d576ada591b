from mutualaid.decisions.models.answers import (
    Admission,
    NeighbourAnswer,
    NeighbourContact,
    Say,
    Vouch,
)
from mutualaid.decisions.models.decision import Decision
from mutualaid.decisions.models.rule_of_two import RuleOfTwo, Telling
from mutualaid.decisions.models.subject import Subject
from mutualaid.decisions.states import Answer, Outcome, Weight

__all__ = [
    "Admission",
    "Answer",
    "Decision",
    "NeighbourAnswer",
    "NeighbourContact",
    "Outcome",
    "RuleOfTwo",
    "Say",
    "Subject",
    "Telling",
    "Vouch",
    "Weight",
]

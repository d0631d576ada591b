from mutualaid.decisions.models.answers import Admission, NeighbourAnswer, Say, Vouch
from mutualaid.decisions.models.decision import Decision
from mutualaid.decisions.models.rule_of_two import RuleOfTwo
from mutualaid.decisions.models.subject import Subject
from mutualaid.decisions.states import Answer, Outcome, Weight

__all__ = [
    "Admission",
    "Answer",
    "Decision",
    "NeighbourAnswer",
    "Outcome",
    "RuleOfTwo",
    "Say",
    "Subject",
    "Vouch",
    "Weight",
]

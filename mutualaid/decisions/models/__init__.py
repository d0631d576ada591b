from mutualaid.decisions.models.answers import Admission, Answer, NeighbourAnswer, Say, Vouch
from mutualaid.decisions.models.decision import Decision, Outcome, Weight
from mutualaid.decisions.models.rule_of_two import RuleOfTwo
from mutualaid.decisions.models.subject import Subject

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

from mutualaid.matching.models.backlog import BacklogLease, BacklogRun, Proposal
from mutualaid.matching.models.backlog_change import BacklogChange
from mutualaid.matching.models.calendar_mark import CalendarMark
from mutualaid.matching.models.match import Match, NeedSearch, Refusal
from mutualaid.matching.models.offer_index_entry import OfferIndexEntry
from mutualaid.matching.models.recheck import Recheck
from mutualaid.matching.models.scoring_inputs import (
    AcceptanceRate,
    OfferPrice,
    ScoringWeights,
    current_points,
)

__all__ = [
    "AcceptanceRate",
    "BacklogChange",
    "BacklogLease",
    "BacklogRun",
    "CalendarMark",
    "Match",
    "NeedSearch",
    "OfferIndexEntry",
    "OfferPrice",
    "Proposal",
    "Recheck",
    "Refusal",
    "ScoringWeights",
    "current_points",
]

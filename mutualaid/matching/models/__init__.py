from mutualaid.matching.backlog.models import BacklogLease, BacklogRun, Proposal
from mutualaid.matching.models.acceptance import Acceptance
from mutualaid.matching.models.entry import OfferEntry
from mutualaid.matching.models.match import Match
from mutualaid.matching.models.price import OfferPrice
from mutualaid.matching.models.refusal import Refusal
from mutualaid.matching.models.search import Search
from mutualaid.matching.models.weights import Weights, current_points

__all__ = [
    "Acceptance",
    "BacklogLease",
    "BacklogRun",
    "Match",
    "OfferEntry",
    "OfferPrice",
    "Proposal",
    "Refusal",
    "Search",
    "Weights",
    "current_points",
]

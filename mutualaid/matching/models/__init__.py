from mutualaid.matching.models.acceptance_rate import AcceptanceRate
from mutualaid.matching.models.backlog import BacklogLease, BacklogRun, Proposal
from mutualaid.matching.models.match import Match
from mutualaid.matching.models.need_search import NeedSearch
from mutualaid.matching.models.offer_index_entry import OfferIndexEntry
from mutualaid.matching.models.price import OfferPrice
from mutualaid.matching.models.refusal import Refusal
from mutualaid.matching.models.scoring_weights import ScoringWeights, current_points

__all__ = [
    "AcceptanceRate",
    "BacklogLease",
    "BacklogRun",
    "Match",
    "NeedSearch",
    "OfferIndexEntry",
    "OfferPrice",
    "Proposal",
    "Refusal",
    "ScoringWeights",
    "current_points",
]

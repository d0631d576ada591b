from mutualaid.matching.backlog.models import BacklogLease, BacklogRun, Proposal
from mutualaid.matching.models.match import Match
from mutualaid.matching.models.price import OfferPrice

__all__ = ["BacklogLease", "BacklogRun", "Match", "OfferPrice", "Proposal"]

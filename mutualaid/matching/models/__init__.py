from mutualaid.matching.models.match import Match
from mutualaid.matching.models.price import OfferPrice

__all__ = ["Match", "OfferPrice"]

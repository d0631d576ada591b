from mutualaid.matching.admin import policy_preview  # noqa: F401  registers it
from mutualaid.matching.admin.backlog import BacklogRunAdmin
from mutualaid.matching.admin.need import MatchedNeedAdmin
from mutualaid.matching.admin.person import VolunteerAdmin
from mutualaid.matching.admin.weights import WeightsAdmin

__all__ = ["BacklogRunAdmin", "MatchedNeedAdmin", "VolunteerAdmin", "WeightsAdmin"]

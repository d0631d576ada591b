from mutualaid.matching.admin.backlog import BacklogRunAdmin
from mutualaid.matching.admin.need import NeedDeskAdmin
from mutualaid.matching.admin.weights import WeightsAdmin

__all__ = ["BacklogRunAdmin", "NeedDeskAdmin", "WeightsAdmin"]

"""Where a group decides together, no person writes its rules alone, whichever way they come (ADR 107)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from mutualaid.decisions.kinds.policy import DAY_TO_DAY
from mutualaid.decisions.members import members_decide
from mutualaid.matching.models import ScoringWeights
from mutualaid.partners.models import Partner
from mutualaid.policy.models import Policy
from mutualaid.policy.models.in_common import DECIDED_ONLY
from mutualaid.singleton.guards import guard


@guard
def may_alone(model: type[Model], changes: Mapping[str, Any]) -> bool:
    """Whether a person may write these values alone: day-to-day words, and all until members decide.

    To begin to decide together takes no decision. What only members decide takes one always.
    """
    if model is Policy and DECIDED_ONLY & changes.keys():
        return False
    if model not in (Policy, ScoringWeights, Partner) or not members_decide():
        return True
    return model is Policy and changes.keys() <= DAY_TO_DAY

"""Things in a copy of someone's data: their own, in words, and of others nothing but what it was."""

from typing import Any

from django.db.models import QuerySet

from mutualaid.lending.models import Thing, ThingRequest
from mutualaid.people.models import User
from requests_app.models import Ask


def things_of(user: User) -> dict[str, Any]:
    """Return what an account listed; nothing where there is none."""
    listed = [
        {
            "what": thing.title,
            "kind": thing.category.label,
            "area": thing.locality.label,
            "give_or_lend": thing.get_mode_display(),
            "how_many": thing.total,
            "left": thing.left,
            "last_day": thing.until,
            "days_it_is_lent": thing.lend_days,
            "state": thing.get_state_display(),
            "listed_at": thing.created_at,
            "asked_for": [
                {
                    "at": request.owner_told_at,
                    "how_many": request.many,
                    "what_came_of_it": request.get_state_display(),
                    **_loan(request),
                }
                for request in thing.requests.exclude(owner_told_at=None).select_related("loan")
            ],
        }
        for thing in Thing.objects.of(user).select_related("category", "locality").order_by("pk")
    ]
    return {"things_you_listed": listed} if listed else {}


def things_for(ask: Ask) -> dict[str, Any]:
    """Return what was wished for and borrowed with an ask; nothing where there is none."""
    requests: QuerySet[ThingRequest] = ThingRequest.objects.of_ask(ask)
    wished = [
        {
            "what": request.thing.title,
            "how_many": request.many,
            "asked_at": request.asked_at,
            "what_came_of_it": request.get_state_display(),
            **_loan(request),
        }
        for request in requests.select_related("thing", "loan").order_by("pk")
    ]
    return {"things_you_could_use": wished} if wished else {}


def _loan(request: ThingRequest) -> dict[str, Any]:
    loan = getattr(request, "loan", None)
    if loan is None:
        return {}
    return {"lent_until": loan.back_by, "what_became_of_it": loan.get_state_display()}

"""What things do when a need is asked for, when someone leaves, and when data is copied."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from mutualaid.lending import actions
from mutualaid.lending.exports import things_for
from mutualaid.lending.models import MOST_OF_A_THING, Thing
from mutualaid.people.models import User
from mutualaid.people.signals import person_blocked, person_deactivated
from mutualaid.retention.signals import rows_ending
from requests_app.models import Ask
from requests_app.signals import ask_copied, ask_sent

DRAFT_KEY = "of_thing"
"""In the draft of an ask, beside its pages: {"id": the thing's public id, "many": how many}."""


@receiver(ask_sent)
def on_ask_sent(ask: Ask, answers: Mapping[str, Mapping[str, Any]], **_: Any) -> None:
    """Let the first need of its kind wait for the owner of the thing that the ask began with."""
    about = answers.get(DRAFT_KEY)
    thing = Thing.objects.filter(public_id=UUID(about["id"])).first() if about else None
    if about is None or thing is None:
        return
    needs = ask.needs.select_related("category", "ask").filter(category=thing.category_id)
    need = needs.order_by("pk").first()
    if need is None:  # they changed what they need before they sent it
        return
    many = max(1, min(int(about["many"]), MOST_OF_A_THING))
    with suppress(actions.LendingOff):
        actions.request_thing(need, thing, many=many)


@receiver([person_deactivated, person_blocked])
def on_person_ended(user: User, **_: Any) -> str:
    """Take their things off the list; there is nothing to say of it to the coordinator."""
    _end_things_of(user)
    return ""


@receiver(rows_ending, sender=User)
def on_accounts_ending(pks: Collection[int], **_: Any) -> None:
    for user in User.objects.filter(pk__in=pks).order_by("pk"):
        _end_things_of(user)


@receiver(ask_copied)
def on_ask_copied(ask: Ask, **_: Any) -> dict[str, Any]:
    """Add what they wished for and borrowed to their copy of their data."""
    return things_for(ask)


def _end_things_of(user: User) -> None:
    actions.leave_loans_of(user)
    actions.withdraw_things_of(user)

"""What a pot does when someone is switched off, and when an ask is erased or copied."""

from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from mutualaid.fund.actions import end_money_for, end_money_of
from mutualaid.fund.exports import help_for
from mutualaid.people.models import User
from mutualaid.people.signals import person_blocked, person_deactivated
from mutualaid.retention.signals import rows_ending
from requests_app.models import Ask
from requests_app.signals import ask_copied


@receiver([person_deactivated, person_blocked])
def on_person_ended(user: User, by: User | None, **_: Any) -> str:
    """End what they had to do with money; there is nothing to say of it to the coordinator."""
    end_money_of(user, by=by)
    return ""


@receiver(rows_ending, sender=Ask)
def on_asks_ending(pks: Collection[int], **_: Any) -> None:
    """Take back what is asked for who sent them: no one could say any more who gets it."""
    end_money_for(pks)


@receiver(ask_copied)
def on_ask_copied(ask: Ask, **_: Any) -> dict[str, Any]:
    """Add the direct help for who sent it to their copy of their data."""
    return help_for(ask)

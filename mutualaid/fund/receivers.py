"""What a pot does when someone is switched off."""

from typing import Any

from django.dispatch import receiver

from mutualaid.fund.actions import end_money_of
from mutualaid.people.models import User
from mutualaid.people.signals import person_blocked, person_deactivated


@receiver([person_deactivated, person_blocked])
def on_person_ended(user: User, by: User | None, **_: Any) -> str:
    """End what they had to do with money; there is nothing to say of it to the coordinator."""
    end_money_of(user, by=by)
    return ""

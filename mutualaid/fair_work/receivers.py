"""What this room does when help arrives."""

from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from mutualaid.fair_work.gifts import count_gifts
from mutualaid.policy.current import current_policy
from requests_app.models import Claim, Need
from requests_app.signals import help_confirmed


@receiver(help_confirmed)
def on_help_confirmed(need: Need, claims: Collection[Claim], **_: Any) -> None:
    if current_policy().counts_gifts:
        count_gifts(need, claims)

"""What partners are told when something happens to a need that they passed on."""

from collections.abc import Collection
from typing import Any

from django.dispatch import receiver

from mutualaid.celery import enqueue_on_commit
from mutualaid.partners.actions.forgetting import forget_asks
from mutualaid.partners.actions.reporting import REPORT
from mutualaid.partners.exports import passed_on_by
from mutualaid.partners.models import IncomingReferral
from mutualaid.partners.rules import has_partners
from mutualaid.retention.signals import rows_ending
from requests_app.models import Ask, Need
from requests_app.signals import ask_copied, help_confirmed


@receiver(help_confirmed, sender=Need)
def on_help_confirmed(need: Need, **_: Any) -> None:
    """Tell the partner at once; of other changes the sweep does, within seconds."""
    if has_partners():
        for pk in IncomingReferral.objects.filter(need=need).values_list("pk", flat=True):
            enqueue_on_commit(REPORT, pk)


@receiver(rows_ending, sender=Ask)
def on_asks_ending(pks: Collection[int], **_: Any) -> None:
    forget_asks(pks)


@receiver(ask_copied)
def on_ask_copied(ask: Ask, **_: Any) -> dict[str, Any]:
    """Add which group passed it on, for who it is of."""
    return passed_on_by(ask)

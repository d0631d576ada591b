"""The doors through which matching hears of needs and offers. What is due is due already."""

from typing import Any

from django.dispatch import receiver

from mutualaid.celery import nudge
from mutualaid.matching import tasks
from mutualaid.matching.actions import refit
from mutualaid.matching.search import offer_index
from offers_app.models import Offer
from offers_app.signals import offer_opened
from requests_app.models import Need
from requests_app.signals import need_changed, need_opened


@receiver(need_opened)
def on_need_opened(need: Need, **_: Any) -> None:
    nudge(tasks.match_need, need.pk)


@receiver(need_changed)
def on_need_changed(need: Need, **_: Any) -> None:
    refit(need)


@receiver(offer_opened)
def on_offer_opened(offer: Offer, **_: Any) -> None:
    offer_index.index_offers([offer.pk])
    nudge(tasks.match_offer, offer.pk)

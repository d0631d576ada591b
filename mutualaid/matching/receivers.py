"""The doors through which matching hears of needs, offers and categories. What is due is due already."""

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from mutualaid.catalog.models import Category
from mutualaid.celery import nudge
from mutualaid.matching import index, tasks
from offers_app.models import Offer
from offers_app.signals import offer_opened
from requests_app.models import Need
from requests_app.signals import need_opened


@receiver(need_opened)
def on_need_opened(need: Need, **_: Any) -> None:
    nudge(tasks.match_need, need.pk)


@receiver(offer_opened)
def on_offer_opened(offer: Offer, **_: Any) -> None:
    index.index_offers([offer.pk])
    nudge(tasks.match_offer, offer.pk)


@receiver(post_save, sender=Category)
def on_category_saved(instance: Category, **_: Any) -> None:
    if instance.parent_id != instance.parent_before:
        index.forget_family(instance)
        instance.parent_before = instance.parent_id

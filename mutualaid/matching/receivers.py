"""What matching does when needs, offers and accounts change. What is due is stored as due already."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.translation import ngettext

from mutualaid.catalog.models import Locality
from mutualaid.catalog.signals import areas_measured
from mutualaid.celery import enqueue_on_commit
from mutualaid.matching import actions, demand, tasks
from mutualaid.matching.outreach.match_need import match_at_once
from mutualaid.matching.search import offer_index
from mutualaid.people.models import AccountContactPoint, User
from mutualaid.people.signals import person_blocked, person_deactivated
from offers_app.models import Offer
from offers_app.signals import look_at_once, most_needed, offer_opened
from requests_app.models import Need
from requests_app.signals import need_changed, need_opened


@receiver(need_opened)
def on_need_opened(need: Need, **_: Any) -> None:
    enqueue_on_commit(tasks.match_most_urgent)


@receiver(need_changed)
def on_need_changed(need: Need, **_: Any) -> None:
    actions.refit(need)


@receiver(offer_opened)
def on_offer_opened(offers: Collection[Offer], **_: Any) -> None:
    offer_index.index_offers([offer.pk for offer in offers])
    for offer in offers:
        enqueue_on_commit(tasks.match_offer, offer.pk)


@receiver(look_at_once)
def on_look_at_once(offer: Offer, **_: Any) -> None:
    match_at_once(offer.pk)


@receiver(areas_measured)
def on_areas_measured(ids: Collection[int], **_: Any) -> None:
    actions.look_at_areas_again(ids)


@receiver(most_needed)
def on_most_needed(areas: Iterable[Locality], **_: Any) -> list[int]:
    return demand.most_needed(areas)


@receiver(post_save, sender=AccountContactPoint)
def on_account_has_contact_point(instance: AccountContactPoint, **_: Any) -> None:
    actions.end_matches_with_owner(instance)


@receiver([person_deactivated, person_blocked])
def on_person_ended(user: User, **_: Any) -> str:
    """Returns what a coordinator is told of it."""
    count = actions.end_matches_of(user)
    sentence = ngettext("%d invitation ends.", "%d invitations end.", count)
    return sentence % count if count else ""

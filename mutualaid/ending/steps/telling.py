"""Tell everyone that the group winds down, or that it goes on after all; each of them once."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from django.db import transaction
from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Concat, Now

from mutualaid import clock
from mutualaid.encryption.fields import WrongKey
from mutualaid.encryption.fingerprints import veil_account
from mutualaid.ending.actions import COPY_DAYS
from mutualaid.ending.models import WindingDown
from mutualaid.ending.notifications import (
    ENDS,
    ENDS_ASK,
    ENDS_HELPED,
    ENDS_HELPER,
    GOES_ON,
    GOES_ON_ASK,
)
from mutualaid.notify.models import Notification
from mutualaid.notify.models.notification import NotificationQuerySet
from mutualaid.notify.outbox import Told, enqueue_all
from mutualaid.people.models import User
from requests_app.models import Ask, Claim, Need
from requests_app.notifications.neighbour import told_of_claims, told_to_asks, told_to_volunteers
from requests_app.states import NeedState

BATCH = 100
"""People in one transaction: while it writes, no one else writes on SQLite."""
log = logging.getLogger(__name__)


Tellers = Callable[[str, list[int]], list[Told]]
"""Takes the kind and the ids of those it is about; a message without a key of its own gets that of its id."""
OF_ITSELF = Cast(OuterRef("pk"), CharField())
OF_BOTH = Concat(
    Cast(OuterRef("need__ask"), CharField()), Value("-"), Cast(OuterRef("volunteer"), CharField())
)
"""What stands in the key of a message about all help of one volunteer for one ask."""


class Audience(NamedTuple):
    """Some of those to tell: with an account, or by what they asked for. `told` makes their messages.

    `everyone` is to hear that the group ends, and whoever heard it and is `still_there` that it goes on.
    """

    ends: str
    goes_on: str
    everyone: Callable[[], QuerySet[Model]]
    still_there: Callable[[], QuerySet[Model]]
    told: Tellers


def accounts() -> QuerySet[User]:
    """Everyone who may sign in."""
    return User.objects.active().filter(erased_at=None)


def asks() -> QuerySet[Ask]:
    """The asks that a need is open of, and whose neighbours may hear of it and can't sign in."""
    switched_off = User.objects.filter(is_active=False)
    hidden = [veil_account(pk) for pk in switched_off.values_list("pk", flat=True)]
    return Ask.objects.filter(
        Q(account=None, veiled_account="")
        | Q(account__in=switched_off)
        | Q(veiled_account__in=hidden),
        Exists(_live(_needs()).filter(ask=OuterRef("pk"))),
        erased_at=None,
    )


def tell_all(winding: WindingDown) -> Iterator[int]:
    """Write to everyone who was not told, batch after batch; yields how many each had.

    Ends early where it is called off meanwhile. Killed at any point, it goes on with who is left.
    """
    for audience in AUDIENCES:
        last = 0
        while pks := _untold(winding, audience, after=last):
            if not _write_all_readable(winding, audience.ends, audience.told, pks):
                return
            last = pks[-1]
            yield len(pks)
    WindingDown.objects.agreed().filter(pk=winding.pk, told_at=None).update(told_at=Now())
    yield from _tell_who_is_on_the_way(winding)


def _tell_who_is_on_the_way(winding: WindingDown) -> Iterator[int]:
    """In its last `COPY_DAYS`, when what no one had taken on is closed: both sides of each help."""
    soon = clock.today() + timedelta(days=COPY_DAYS)
    last_days = WindingDown.objects.agreed().filter(closed_at__isnull=False, erasing_at=None)
    if not last_days.filter(pk=winding.pk, erases_on__lte=soon).exists():
        return
    for kind, told in ((ENDS_HELPER, told_to_volunteers), (ENDS_HELPED, told_of_claims)):
        claims = Claim.objects.on_the_way().filter(~Exists(_told(winding, kind, OF_BOTH)))
        last = 0
        while pks := _next(claims, after=last):
            if not _write_all_readable(winding, kind, partial(_told_of_both, told), pks):
                return
            last = pks[-1]
            yield len(pks)


def tell_that_it_goes_on() -> Iterator[int]:
    """Write to everyone who was told of what was called off since; yields how many each batch had."""
    off = WindingDown.objects.filter(
        called_off_at__isnull=False, agreed_at__isnull=False, goes_on_told_at=None
    )
    for winding in off.order_by("pk"):
        for audience in AUDIENCES:
            told = messages_of(winding, audience.ends)
            told.unsent().update(state=Notification.State.CANCELLED)
            heard = _told(winding, audience.ends).exclude(state=Notification.State.CANCELLED)
            due = audience.still_there().filter(
                Exists(heard), ~Exists(_told(winding, audience.goes_on))
            )
            last = 0
            while pks := _next(due, after=last):
                _write_all_readable(winding, audience.goes_on, audience.told, pks)
                last = pks[-1]
                yield len(pks)
        WindingDown.objects.filter(pk=winding.pk).update(goes_on_told_at=Now())


def messages_of(winding: WindingDown, kind: str) -> NotificationQuerySet:
    """Its messages of this kind, one to each who was told."""
    found: NotificationQuerySet = Notification.objects.filter(
        kind=kind, key__startswith=_key(winding, kind)
    )
    return found


def not_told_in(winding: WindingDown, audience: Audience, *states: str) -> QuerySet[Model]:
    """Those to tell whose message is in none of these states, or who have none."""
    told = _told(winding, audience.ends).filter(state__in=states)
    return audience.everyone().filter(~Exists(told))


def _told(winding: WindingDown, kind: str, about: Combinable = OF_ITSELF) -> NotificationQuerySet:
    """The message of this kind about the row of the outer query."""
    key = Concat(Value(_key(winding, kind)), about)
    found: NotificationQuerySet = Notification.objects.filter(key=key)
    return found


def _key(winding: WindingDown, kind: str, about: int | str = "") -> str:
    return f"{kind}:{winding.pk}:{about}"


def _untold(winding: WindingDown, audience: Audience, *, after: int) -> list[int]:
    """Ids of the next of them without a message; who can't be reached has none and is looked at each time."""
    untold = audience.everyone().filter(~Exists(_told(winding, audience.ends)))
    return _next(untold, after=after)


def _next(rows: QuerySet[Model], *, after: int) -> list[int]:
    return list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])


def _write_all_readable(winding: WindingDown, kind: str, told: Tellers, pks: list[int]) -> bool:
    """Do what `_write` does, without those whose contact details no key opens: the others are not to wait."""
    try:
        return _write(winding, kind, told, pks)
    except WrongKey:
        log.error("some are not told, for no key opens how to reach them")
    for pk in pks:
        with suppress(WrongKey):
            _write(winding, kind, told, [pk])
    return True


@transaction.atomic
def _write(winding: WindingDown, kind: str, told: Tellers, pks: list[int]) -> bool:
    """Write these messages in one transaction; False where what they say is not so any more."""
    is_called_off = kind in (GOES_ON, GOES_ON_ASK)
    rows = WindingDown.objects.filter(
        pk=winding.pk, called_off_at__isnull=not is_called_off, erasing_at=None
    )
    if rows.select_for_update().first() is None:
        return False
    messages = told(kind, pks)
    enqueue_all(
        [one._replace(key=_key(winding, kind, one.key or one.about_id)) for one in messages]
    )
    return True


def _told_to_accounts(kind: str, pks: list[int]) -> list[Told]:
    return [Told(kind, user.pk, to=user) for user in User.objects.filter(pk__in=pks)]


def _told_to_asks(kind: str, pks: list[int]) -> list[Told]:
    needs = _needs().filter(ask__in=pks).select_related("ask").order_by("pk")
    return told_to_asks(kind, list(needs))


def _told_of_both(
    told: Callable[[str, list[Claim]], list[Told]], kind: str, pks: list[int]
) -> list[Told]:
    claims = Claim.objects.filter(pk__in=pks).select_related("need__ask", "volunteer")
    by_pk = claims.order_by("pk").in_bulk()
    return [
        one._replace(key=f"{claim.need.ask_id}-{claim.volunteer_id}")
        for one in told(kind, list(by_pk.values()))
        for claim in [by_pk[one.about_id]]
    ]


def _asks_that_stay() -> QuerySet[Ask]:
    return Ask.objects.filter(erased_at=None)


def _needs() -> QuerySet[Need]:
    """Needs of which their neighbours may hear."""
    needs: QuerySet[Need] = Need.objects.filter(held_back="", erased_at=None)
    return needs


def _live(needs: QuerySet[Need]) -> QuerySet[Need]:
    return needs.exclude(state__in=(NeedState.CLOSED, NeedState.MERGED))


AUDIENCES = (
    Audience(ENDS, GOES_ON, accounts, accounts, _told_to_accounts),
    Audience(ENDS_ASK, GOES_ON_ASK, asks, _asks_that_stay, _told_to_asks),
)

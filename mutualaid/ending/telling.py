"""Tell everyone that the group winds down, or that it goes on after all; each of them once."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

from django.db import transaction
from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now

from mutualaid.encryption.fields import WrongKey
from mutualaid.ending.models import WindingDown
from mutualaid.ending.notifications import ENDS, ENDS_ASK, GOES_ON, GOES_ON_ASK
from mutualaid.notify.models import Notification
from mutualaid.notify.models.notification import NotificationQuerySet
from mutualaid.notify.outbox import Told, enqueue_all
from mutualaid.people.models import User
from requests_app.models import Ask, Need
from requests_app.notifications.neighbour import told_to_asks
from requests_app.states import NeedState

BATCH = 100
"""People in one transaction: while it writes, no one else writes on SQLite."""
log = logging.getLogger(__name__)


class Audience(NamedTuple):
    """Some of those to tell: with an account, or by what they asked for. `told` makes their messages.

    `everyone` is to hear that the group ends, and whoever heard it and is `still_there` that it goes on.
    """

    ends: str
    goes_on: str
    everyone: Callable[[], QuerySet[Model]]
    still_there: Callable[[], QuerySet[Model]]
    told: Callable[[str, list[int]], list[Told]]


def accounts() -> QuerySet[User]:
    """Everyone who may sign in."""
    return User.objects.active().filter(erased_at=None)


def asks() -> QuerySet[Ask]:
    """The asks that a need is open of, and whose neighbours may hear of it and can't sign in."""
    return Ask.objects.filter(
        Q(account=None) | Q(account__is_active=False),
        Exists(_live(_needs()).filter(ask=OuterRef("pk"))),
        veiled_account="",
        erased_at=None,
    )


def tell_all(winding: WindingDown) -> Iterator[int]:
    """Write to everyone who was not told, batch after batch; yields how many each had.

    Ends early where it is called off meanwhile. Killed at any point, it goes on with who is left.
    """
    for audience in AUDIENCES:
        last = 0
        while pks := _untold(winding, audience, after=last):
            if not _write_all_readable(winding, audience.ends, audience, pks):
                return
            last = pks[-1]
            yield len(pks)
    WindingDown.objects.agreed().filter(pk=winding.pk, told_at=None).update(told_at=Now())


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
                _write_all_readable(winding, audience.goes_on, audience, pks)
                last = pks[-1]
                yield len(pks)
        WindingDown.objects.filter(pk=winding.pk).update(goes_on_told_at=Now())


def messages_of(winding: WindingDown, kind: str) -> NotificationQuerySet:
    """Its messages of this kind, one to each who was told."""
    found: NotificationQuerySet = Notification.objects.filter(
        kind=kind, key__startswith=_key(winding, kind)
    )
    return found


def _told(winding: WindingDown, kind: str) -> NotificationQuerySet:
    """The message of this kind about the row of the outer query."""
    about = Cast(OuterRef("pk"), CharField())
    found: NotificationQuerySet = Notification.objects.filter(
        key=Concat(Value(_key(winding, kind)), about)
    )
    return found


def _key(winding: WindingDown, kind: str, about: int | str = "") -> str:
    return f"{kind}:{winding.pk}:{about}"


def _untold(winding: WindingDown, audience: Audience, *, after: int) -> list[int]:
    """Ids of the next of them without a message; who can't be reached has none and is looked at each time."""
    untold = audience.everyone().filter(~Exists(_told(winding, audience.ends)))
    return _next(untold, after=after)


def _next(rows: QuerySet[Model], *, after: int) -> list[int]:
    return list(rows.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH])


def _write_all_readable(
    winding: WindingDown, kind: str, audience: Audience, pks: list[int]
) -> bool:
    """Do what `_write` does, without those whose contact details no key opens: the others are not to wait."""
    try:
        return _write(winding, kind, audience, pks)
    except WrongKey:
        log.error("some are not told, for no key opens how to reach them")
    for pk in pks:
        with suppress(WrongKey):
            _write(winding, kind, audience, [pk])
    return True


@transaction.atomic
def _write(winding: WindingDown, kind: str, audience: Audience, pks: list[int]) -> bool:
    """Write these messages in one transaction; False where what they say is not so any more."""
    is_called_off = kind == audience.goes_on
    rows = WindingDown.objects.filter(
        pk=winding.pk, called_off_at__isnull=not is_called_off, erasing_at=None
    )
    if rows.select_for_update().first() is None:
        return False
    told = audience.told(kind, pks)
    enqueue_all([one._replace(key=_key(winding, kind, one.about_id)) for one in told])
    return True


def _told_to_accounts(kind: str, pks: list[int]) -> list[Told]:
    return [Told(kind, user.pk, to=user) for user in User.objects.filter(pk__in=pks)]


def _told_to_asks(kind: str, pks: list[int]) -> list[Told]:
    needs = _needs().filter(ask__in=pks).select_related("ask").order_by("pk")
    return told_to_asks(kind, list(needs))


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

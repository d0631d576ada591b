"""List a thing, change it, pause it, take it off the list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from mutualaid import clock
from mutualaid.admin.history import write_history
from mutualaid.catalog.models import Category, Locality
from mutualaid.celery import enqueue_on_commit
from mutualaid.lending.models import (
    MOST_LOAN_DAYS,
    MOST_OF_A_THING,
    MOST_THINGS,
    Thing,
    ThingQuerySet,
)
from mutualaid.lending.near import needs_near
from mutualaid.lending.rules import NotYours, check_on, may_list
from mutualaid.lending.states import LISTED, THING_TRANSITIONS, Mode, WithdrawReason
from mutualaid.lending.titles import check_title
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged, apply_transition
from requests_app.actions.claiming import lock_account

NEEDS_FIRST = timedelta(minutes=30)
"""So long a surplus is for the needs near by alone, where there are some. Assumed (ADR 119)."""
FOLLOW_UP = "mutualaid.lending.tasks.sweep"
"""The task that looks for others, and ends what has become untrue."""


class TooManyThings(Exception):
    """They have listed as many things as one person can at once."""


@dataclass(frozen=True)
class ThingDetails:
    """What its owner says of a thing. `lend_days` is for what is lent alone; a surplus ends today."""

    title: str
    category: Category
    locality: Locality
    mode: str
    total: int = 1
    until: date | None = None
    lend_days: int | None = None

    def columns(self) -> dict[str, Any]:
        """The columns of `Thing`. Raises `ValidationError` for a title, kind, number or day that can't be."""
        if self.category.sensitive or not self.category.is_active:
            raise ValidationError({"category": _("Things of this kind are not listed here.")})
        today = clock.today()
        until = today if self.mode == Mode.SURPLUS else self.until
        if until and until < today:
            raise ValidationError({"until": _("This day has passed. Choose today or a later day.")})
        lend_days = self.lend_days if self.mode == Mode.LEND else None
        if self.mode == Mode.LEND and lend_days is None:
            raise ValidationError({"lend_days": _("Write for how many days you lend it.")})
        if not 1 <= self.total <= MOST_OF_A_THING:
            raise ValidationError({"total": _("Write a number from 1 to 99.")})
        if lend_days is not None and not 1 <= lend_days <= MOST_LOAN_DAYS:
            raise ValidationError({"lend_days": _("Write a number from 1 to 28.")})
        title = check_title(self.title)
        return {**vars(self), "title": title, "until": until, "lend_days": lend_days}


@transaction.atomic
def list_thing(details: ThingDetails, *, by: User) -> Thing:
    """List a thing of `by`. A surplus is first shown to them with the needs near by that it may fit.

    Raises `LendingOff`, `NotYours` where they are blocked or have left, `TooManyThings`, and
    `ValidationError` as `ThingDetails.columns` does.
    """
    check_on()
    columns = details.columns()
    if not may_list(lock_account(by)):
        raise NotYours
    thing = Thing(owner=by, number=_free_number(by), left=details.total, **columns)
    if thing.mode == Mode.SURPLUS and needs_near(thing):
        thing.shown_from = clock.now() + NEEDS_FIRST
    thing.save(force_insert=True)
    return thing


@transaction.atomic
def change_thing(thing: Thing, details: ThingDetails, *, by: User) -> None:
    """Change what is listed. What was promised already stays so.

    Raises `LendingOff`, `NotYours`, `StateChanged` where it is not listed any more or fewer would be left
    than none, and `ValidationError` as `ThingDetails.columns` does.
    """
    check_on()
    columns = details.columns()
    row = lock_own(thing, by=by)
    promised = row.total - row.left
    left = details.total - promised
    if not row.is_listed or left < 1:
        raise StateChanged("change")
    Thing.objects.filter(pk=row.pk).update(**columns, left=left)


def pause(thing: Thing, *, by: User) -> None:
    """Let no one see it for a while. Raises `NotYours`, and `StateChanged` where it isn't listed."""
    _take(thing, "pause", by=by)


def resume(thing: Thing, *, by: User) -> None:
    """Let everyone see it again. Raises `LendingOff`, `NotYours`, and `StateChanged` if it isn't paused."""
    check_on()
    _take(thing, "resume", by=by)


def show_to_all(thing: Thing, *, by: User) -> None:
    """Let everyone see it from now on. Raises `NotYours`."""
    if thing.owner_id != by.pk:
        raise NotYours
    Thing.objects.of(by).filter(pk=thing.pk, shown_from__gt=Now()).update(shown_from=Now())


@transaction.atomic
def withdraw(thing: Thing, *, by: User) -> None:
    """Take it off the list; who waits for it hears that it is not to be had. What is lent runs on.

    Raises `NotYours`, and `StateChanged` where it isn't listed any more.
    """
    _take(thing, "withdraw", by=by, ended_at=Now())
    enqueue_on_commit(FOLLOW_UP)


@transaction.atomic
def withdraw_for_group(thing: Thing, *, reason: WithdrawReason, by: User) -> None:
    """A coordinator takes it off the list, and its owner reads why. Raises `StateChanged`."""
    fields: Mapping[str, Any] = {"ended_at": Now(), "withdrawn_because": reason}
    rows = Thing.objects.filter(pk=thing.pk)
    if apply_transition(rows, THING_TRANSITIONS["withdraw"], **fields) != 1:
        raise StateChanged("withdraw")
    write_history(thing, by=by, changed=["state"])
    if thing.owner:
        enqueue("thing_withdrawn", about_id=thing.pk, to=thing.owner)
    enqueue_on_commit(FOLLOW_UP)


def withdraw_things_of(user: User) -> int:
    """Take all that they listed off the list; return how many things that were."""
    enqueue_on_commit(FOLLOW_UP)
    return apply_transition(_listed_of(user), THING_TRANSITIONS["withdraw"], ended_at=Now())


def expire(thing: Thing) -> bool:
    """End a thing whose last day is over; whether it was. Idempotent."""
    rows = Thing.objects.filter(pk=thing.pk, until__lt=clock.today_in_query())
    return apply_transition(rows, THING_TRANSITIONS["expire"], ended_at=Now()) == 1


def _listed_of(user: User) -> ThingQuerySet:
    rows: ThingQuerySet = Thing.objects.of(user).filter(state__in=LISTED)
    return rows


def _free_number(owner: User) -> int:
    """The lowest place among what they list, with their account locked. Raises `TooManyThings`."""
    taken = set(_listed_of(owner).values_list("number", flat=True))
    free = (number for number in range(1, MOST_THINGS + 1) if number not in taken)
    if number := next(free, None):
        return number
    raise TooManyThings


def lock_own(thing: Thing, *, by: User) -> Thing:
    """Lock it until the transaction ends, before any need, and read it anew. Raises `NotYours`."""
    row = Thing.objects.of(by).filter(pk=thing.pk).select_for_update(no_key=True).first()
    if row is None:
        raise NotYours
    return row


def _take(thing: Thing, action: str, *, by: User, **fields: Any) -> None:
    if thing.owner_id != by.pk:
        raise NotYours
    rows = Thing.objects.of(by).filter(pk=thing.pk)
    if apply_transition(rows, THING_TRANSITIONS[action], **fields) != 1:
        raise StateChanged(action)


def take_off(thing_id: int, many: int) -> int | None:
    """Take so many off what is left, if they are; return how many stay, or None. In a transaction."""
    rows = Thing.objects.filter(pk=thing_id, left__gt=many, state__in=LISTED)
    if rows.update(left=F("left") - many):
        return Thing.objects.values_list("left", flat=True).get(pk=thing_id)
    last = Thing.objects.filter(pk=thing_id, left=many)
    gone = apply_transition(last, THING_TRANSITIONS["run_out"], left=Value(0), ended_at=Now())
    return 0 if gone else None


def put_back(thing: Thing, many: int) -> None:
    """Let so many be had again. Raises `TooManyThings` if its owner has no place left. In a transaction."""
    row = Thing.objects.select_for_update(no_key=True).get(pk=thing.pk)
    if row.owner is None or row.is_listed:
        Thing.objects.filter(pk=row.pk).update(left=F("left") + many)
        return
    number = _free_number(lock_account(row.owner))
    is_over = row.until is not None and row.until < clock.today()
    apply_transition(
        Thing.objects.filter(pk=row.pk),
        THING_TRANSITIONS["list_again"],
        left=F("left") + many,
        number=number,
        ended_at=None,
        withdrawn_because="",
        until=None if is_over else row.until,
    )

"""Change what a neighbour told us. A change of the ask applies to all its needs."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from mutualaid.notify.models import CallTask
from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import AccountContactPoint, BlockedContactPoint, User
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app import rules
from requests_app.access.exclusions import (
    exclude_contact_points,
    exclude_people,
    people_kept_from,
)
from requests_app.access.veiling import veil_if_sensitive
from requests_app.actions.claiming import move_to_week, release_claims
from requests_app.actions.sending import hold_back, open_until, read_ask_first
from requests_app.lifecycle.actors import NEIGHBOUR, Actor
from requests_app.lifecycle.transitions import lock_ask, log_event
from requests_app.models import (
    Ask,
    AskContact,
    AskContactPoint,
    Claim,
    Erased,
    Exclusion,
    Need,
    NeedEvent,
    NeedNotes,
)
from requests_app.notifications.sent import sent_to_neighbour
from requests_app.signals import ask_changed, need_changed, partners_refused
from requests_app.states import CHANGEABLE, NeedState

ASK_COLUMNS = {"for_whom", "may_ask_partners"}
"""Fields of the ask itself; most others are of its contact details."""
ASK_FIELDS_OF_CALLS = {"phone", "channels"}
"""Fields that say whether anyone may be rung."""
EXCLUDING_FIELDS = {"keep_from", "keep_from_contact_points"}
"""Fields that say who must not find out. No volunteer is told that they were changed."""
UNTOLD_FIELDS = EXCLUDING_FIELDS | {"may_ask_partners"}
"""Fields that are nothing to a volunteer on the way."""
ASK_FIELDS_MATCHED_ON = {
    "languages", "language", "phone", "email", "keep_from_contact_points",
}  # fmt: skip
"""Fields that decide who fits all needs of an ask; a contact point excludes its owners."""
NEED_FIELDS_MATCHED_ON = {"category", "locality", "urgency", "needed_by", "week_parts"}
"""Fields that decide who fits one need."""


@transaction.atomic
def change_ask(
    ask: Ask,
    changes: Mapping[str, Any],
    *,
    reason: str = "",
    by: Actor = NEIGHBOUR,
    held_back: str = "",
    match: bool = True,
) -> None:
    """Change what all needs of an ask share.

    `changes` are new values by field: fields of `AskContact` (`channels` as comma-separated codes),
    `languages`, `for_whom`, `may_ask_partners`, and `keep_from_contact_points`, phones or e-mails that
    are added to the exclusions. `reason` is a code for the history. With `held_back`, a `Need.HeldBack`,
    a coordinator reads anew what no one has said yes to. Without `match` the caller matches anew.

    In one transaction every live need gets an event, excluded volunteers are released, the ask is read
    first if it now must be, needs are matched anew if others may fit, and each volunteer on the way is
    told once that something changed, not what. Where calls are not safe any more, none is left on the list.

    Raises `Erased` if the ask has been erased, and `StateChanged` if none of its needs is live.
    """
    live_needs = lock_ask(ask)
    if not live_needs:
        raise StateChanged("change")
    _write_ask(ask, dict(changes))
    if changes.get("may_ask_partners") is False:
        partners_refused.send(sender=Ask, ask=ask)
    if ASK_FIELDS_OF_CALLS & changes.keys():
        CallTask.calls.filter(pk__in=sent_to_neighbour(ask).values("pk")).tidy()
    events = [log_event(need, "change", by=by, reason=reason) for need in live_needs]
    release_excluded_claims(ask, by=by)
    if EXCLUDING_FIELDS & changes.keys() or _adds_blocked_contact_point(changes):
        read_ask_first(ask, by=by)
    if held_back:
        hold_back(live_needs, held_back, by=by)
    if match and decides_who_fits(changes):
        match_anew(ask)
    if changes.keys() - UNTOLD_FIELDS:
        _notify_volunteers(live_needs, of=events[0])
    ask_changed.send(sender=Ask, ask=ask, fields=list(changes))


@transaction.atomic
def change_need(
    need: Need,
    changes: Mapping[str, Any],
    *,
    reason: str = "",
    by: Actor = NEIGHBOUR,
    later_days: bool = False,
) -> None:
    """Change one task; with `later_days` also the later occurrences of its series.

    `changes` are new values by field: fields of `Need`, and `notes`. Later occurrences keep their own
    day, and their category where someone said yes to it. `reason` is a code for the history.

    An open need is matched anew, or read by a coordinator first if it now must be. Each volunteer on
    the way is told once that something changed, not what, whatever number of days they come for.

    Raises `StateChanged` once the help was given, or if an occurrence would lose its day, and `Erased`.
    """
    if "category" in changes:
        veil_if_sensitive(need.ask, [changes["category"]])
    lock_ask(need.ask)
    changes_by_need = {need: dict(changes)}
    if later_days:
        for later_need in _later_needs(need):
            if fields := _changes_for_later_need(later_need, changes):
                changes_by_need[later_need] = fields
    events = []
    for changed_need, fields in changes_by_need.items():
        _write_need(changed_need, fields)
        events.append(log_event(changed_need, "change", by=by, reason=reason))
        if NEED_FIELDS_MATCHED_ON & fields.keys():
            need_changed.send(sender=Need, need=changed_need)
    _notify_volunteers(list(changes_by_need), of=events[0])
    if "category" in changes and need.category.sensitive:
        read_ask_first(need.ask, by=by)


@transaction.atomic
def revise_ask(
    ask: Ask,
    changes: Mapping[str, Any],
    *,
    reason: str = "",
    by: Actor,
    people: Collection[User] = (),
    contact_points: Collection[str] = (),
    ended: Collection[Exclusion] = (),
) -> None:
    """Do `change_ask`, `exclude` and `end_exclusion` in one step, and match the needs anew once.

    Raises what they raise; does nothing where there is nothing to do.
    """
    if people or contact_points or ended:
        _lock_with_its_needs(ask)  # before one of them is locked alone: in one order, always
    if changes:
        change_ask(ask, changes, reason=reason, by=by, match=False)
    for exclusion in ended:
        end_exclusion(exclusion, by=by, match=False)
    if people or contact_points:
        exclude(ask, by=by, people=people, contact_points=contact_points, match=False)
    if people or contact_points or ended or decides_who_fits(changes):
        match_anew(_with_its_needs(ask))


@transaction.atomic
def exclude(
    ask: Ask,
    *,
    by: Actor,
    people: Iterable[User] = (),
    contact_points: Iterable[str] = (),
    match: bool = True,
) -> None:
    """Keep an ask with all its needs from these people, and from whoever has these contact points.

    Those of them who said yes already are released. `contact_points` are phones or e-mails in any
    spelling; text that is neither is ignored. Of an ask that was merged into another it holds for the needs
    of both. Without `match` the caller matches anew. Raises `Erased` if one of them has been erased, and
    `StateChanged` if they were put together just now.
    """
    live_needs = _lock_with_its_needs(ask)
    exclude_people(ask, people)
    exclude_contact_points(ask, contact_points)
    for need in live_needs:
        log_event(need, "change", by=by, reason="keep_from")
    ask = _with_its_needs(ask)
    release_excluded_claims(ask, by=by)
    read_ask_first(ask, by=by)
    if match:
        match_anew(ask)


@transaction.atomic
def end_exclusion(exclusion: Exclusion, *, by: Actor, match: bool = True) -> None:
    """Let this person find out about the ask after all. A coordinator still reads its needs first.

    Without `match` the caller matches anew. Raises as `exclude` does: `Erased` and `StateChanged`.
    """
    ask = exclusion.ask
    live_needs = _lock_with_its_needs(ask)
    exclusion.delete()
    for need in live_needs:
        log_event(need, "change", by=by, reason="keep_from")
    if match:
        match_anew(_with_its_needs(ask))


def _with_its_needs(ask: Ask) -> Ask:
    """The ask that has the needs of this one: itself, or the one that it was merged into."""
    return ask.merged_into or ask


def _lock_with_its_needs(ask: Ask) -> list[Need]:
    """Lock an ask and the one that has its needs; returns those that are live.

    Raises `Erased`, and `StateChanged` if it was merged into another just before it was locked.
    """
    asks = sorted({ask, _with_its_needs(ask)}, key=lambda one: one.pk)
    live_needs = [need for one in asks for need in lock_ask(one)]
    if _with_its_needs(ask) not in asks:
        raise StateChanged("keep_from")
    return live_needs


def decides_who_fits(changes: Mapping[str, Any]) -> bool:
    """Whether these changes of an ask decide who fits its needs."""
    return bool(ASK_FIELDS_MATCHED_ON & changes.keys())


def match_anew(ask: Ask) -> None:
    """Send `need_changed` for each live need: others may fit now, or may not find out any more."""
    for need in ask.needs.exclude(state=NeedState.CLOSED).order_by("pk"):
        need_changed.send(sender=Need, need=need)


def release_excluded_claims(ask: Ask, *, by: Actor) -> None:
    """Release volunteers on the way from whom the ask is kept by now.

    Call it with the ask locked, so that no one claims meanwhile.
    """
    coming = Claim.objects.on_the_way().filter(need__ask=ask)
    excluded = coming.filter(volunteer__in=people_kept_from(ask))
    release_claims(excluded, by=by)


@transaction.atomic
def release_excluded_claims_of_needs(needs: Iterable[Need], *, by: Actor) -> None:
    """Do the same for the asks of these needs, each locked in turn; erased ones are skipped."""
    for ask in sorted({need.ask for need in needs}, key=lambda ask: ask.pk):
        with suppress(Erased):
            lock_ask(ask)
            release_excluded_claims(ask, by=by)


@transaction.atomic
def read_asks_from(fingerprints: Collection[str], *, by: Actor) -> int:
    """Read first what was asked from these contact points or by their owners; returns how many asks.

    Volunteers who are on the way there still go, and a coordinator sees that the ask waits for a call.
    """
    owners = AccountContactPoint.objects.filter(fingerprint__in=fingerprints).values("user")
    points = AskContactPoint.objects.filter(fingerprint__in=fingerprints).values("ask")
    asks = Ask.objects.filter(Q(pk__in=points) | Q(account__in=owners), erased_at=None)
    live = asks.filter(needs__in=Need.objects.exclude(state=NeedState.CLOSED)).distinct()
    found = sorted(live, key=lambda ask: ask.pk)
    for ask in found:
        lock_ask(ask)
        read_ask_first(ask, by=by)
    return len(found)


def _write_ask(ask: Ask, changes: dict[str, Any]) -> None:
    exclude_contact_points(ask, changes.pop("keep_from_contact_points", ()))
    if "languages" in changes:
        ask.languages.set(changes.pop("languages"))
    if columns := {name: changes.pop(name) for name in ASK_COLUMNS & changes.keys()}:
        Ask.objects.filter(pk=ask.pk).update(**columns)
    if changes:
        contact = AskContact.objects.get(ask=ask)
        for name, value in changes.items():
            setattr(contact, name, value)
        contact.save(update_fields=list(changes))


def _adds_blocked_contact_point(changes: Mapping[str, Any]) -> bool:
    if not {"phone", "email"} & changes.keys():
        return False
    return BlockedContactPoint.objects.of(
        changes.get("phone", ""), changes.get("email", "")
    ).exists()


def _write_need(need: Need, changes: dict[str, Any]) -> None:
    """Write fields and notes, with the time at which the need ends. Raises `StateChanged`."""
    notes = changes.pop("notes", None)
    if {"category", "needed_by"} & changes.keys():
        day = changes.get("needed_by", need.needed_by)
        if day is None and need.series_id:
            raise StateChanged("change")
        until = None if day else open_until(changes.get("category", need.category))
        changes |= {"open_until": until, "warned_at": None}
    changeable = Need.objects.filter(pk=need.pk, state__in=CHANGEABLE)
    if not changeable.select_for_update().exists():
        raise StateChanged("change")
    if "urgency" in changes:
        changes["urgency_changed_at"] = Now()
    if changes:
        changeable.update(**changes)
    if notes is not None:
        NeedNotes.write(need, notes)
    need.refresh_from_db()
    if changes.get("needed_by"):
        move_to_week(Claim.objects.filter(need=need), need.week)


def _later_needs(need: Need) -> Iterable[Need]:
    """The later occurrences of its series that can be changed; none for a need of no series."""
    if need.series_id is None or need.recurrence_id is None:
        return ()
    later = Need.objects.filter(series=need.series_id, recurrence_id__gt=need.recurrence_id)
    return later.filter(state__in=CHANGEABLE).order_by("pk")


def _changes_for_later_need(later_need: Need, changes: Mapping[str, Any]) -> dict[str, Any]:
    kept = {"needed_by"} if rules.can_change_kind(later_need) else {"needed_by", "category"}
    return {name: value for name, value in changes.items() if name not in kept}


def _notify_volunteers(needs: Iterable[Need], *, of: NeedEvent) -> None:
    """Tell each volunteer on the way once that something changed, about the nearest of their days.

    Further changes within the policy's `change_notice_minutes` are part of the same message.
    """
    coming = Claim.objects.on_the_way().filter(need__in=needs).select_related("volunteer")
    nearest_claims: dict[int, Claim] = {}
    for claim in coming.order_by(F("need__needed_by").asc(nulls_last=True), "pk"):
        nearest_claims.setdefault(claim.volunteer_id, claim)
    notice = timedelta(minutes=current_policy().change_notice_minutes)
    for claim in nearest_claims.values():
        key = f"need_changed:{claim.pk}:{of.pk}"
        enqueue("need_changed", about_id=claim.pk, to=claim.volunteer, key=key, hold=notice)

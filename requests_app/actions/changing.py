"""What a neighbour told us is changed. A change of the ask holds for all its needs."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction

from mutualaid.notify.outbox import enqueue
from mutualaid.people.models import BlockedContactPoint, User
from mutualaid.policy.current import current_policy
from mutualaid.transitions import StateChanged
from requests_app import rules
from requests_app.access.exclusions import exclude_contact_points, people_kept_from
from requests_app.actions.claiming import release_claim
from requests_app.actions.sending import open_until, read_ask_first
from requests_app.lifecycle.actors import NEIGHBOUR, Actor
from requests_app.lifecycle.transitions import lock_ask, log_event
from requests_app.models import Ask, AskContact, Claim, Erased, Exclusion, Need, NeedNotes
from requests_app.signals import need_changed
from requests_app.states import CHANGEABLE, NeedState

OF_THE_NEED = (
    "category",
    "locality",
    "urgency",
    "needed_by",
    "week_parts",
    "people_count",
    "notes",
)
OF_THE_ASK = (
    "name", "phone", "email", "address", "channels", "times", "no_voicemail", "keep_from",
    "language", "languages", "for_whom", "keep_from_contact_points",
)  # fmt: skip
EXCLUDES = {"keep_from", "keep_from_contact_points"}
OF_THE_NEED_TO_MATCHING = {"category", "locality", "urgency", "needed_by", "week_parts"}
"""Fields after whose change other people fit a need."""
OF_THE_ASK_TO_MATCHING = {"languages", "language", "phone", "email", "keep_from_contact_points"}
"""Fields after whose change other people fit all needs of an ask: contact points keep their owners away."""


@transaction.atomic
def change_ask(
    ask: Ask, given: Mapping[str, Any], *, reason: str = "", by: Actor = NEIGHBOUR
) -> None:
    """Change what all needs of an ask share: fields named in `OF_THE_ASK`.

    One transaction for every live need: each has it in its history; each volunteer on the way is told
    once that something changed; who must not find out has no claim any more; what must be read first
    now is, all of it; it is matched anew where other people may fit. Raises `Erased` where the time of
    the ask is over, and `StateChanged` where none of its needs is live.
    """
    live = lock_ask(ask)
    if not live:
        raise StateChanged("change")
    _write_ask(ask, dict(given))
    events = [log_event(need, "change", by=by, reason=reason) for need in live]
    release_excluded_claims(ask, by=by)
    if EXCLUDES & given.keys() or _is_blocked(ask, given):
        read_ask_first(ask, by=by)
    if OF_THE_ASK_TO_MATCHING & given.keys():
        match_anew(ask)
    if given.keys() - EXCLUDES:
        _tell_who_comes(Claim.objects.filter(need__in=live), f"{events[0].pk}")


@transaction.atomic
def change_need(
    need: Need,
    given: Mapping[str, Any],
    *,
    reason: str = "",
    by: Actor = NEIGHBOUR,
    later_days: bool = False,
) -> None:
    """Change one task: fields named in `OF_THE_NEED`; with `later_days` the later ones of its series too.

    An open need is matched anew, or read by a coordinator first where it must be. A volunteer on the
    way is told that something changed, not what, and once for all that is changed in one go.
    Raises `StateChanged` once the help was given, or where an occurrence would lose its day.
    """
    lock_ask(need.ask)
    for one in [need, *(_later_days(need) if later_days else ())]:
        fields = dict(given) if one == need else _for_later_day(one, given)
        if one != need and not fields:
            continue
        _write_need(one, fields)
        event = log_event(one, "change", by=by, reason=reason)
        _tell_who_comes(one.claims.all(), f"{event.pk}")
        if OF_THE_NEED_TO_MATCHING & fields.keys():
            need_changed.send(sender=Need, need=one)
    if "category" in given and need.category.sensitive:
        read_ask_first(need.ask, by=by)


@transaction.atomic
def exclude(
    ask: Ask, *, by: Actor, people: Iterable[User] = (), contact_points: Iterable[str] = ()
) -> None:
    """Keep an ask, with all its needs, from these people and from whoever has these contact points.

    Whoever of them has said yes already is released at once. Raises `Erased`.
    """
    live = lock_ask(ask)
    for person in people:
        Exclusion.objects.get_or_create(ask=ask, person=person)
    exclude_contact_points(ask, contact_points)
    for need in live:
        log_event(need, "change", by=by, reason="keep_from")
    release_excluded_claims(ask, by=by)
    read_ask_first(ask, by=by)
    match_anew(ask)


@transaction.atomic
def end_exclusion(exclusion: Exclusion, *, by: Actor) -> None:
    """This person may hear of the ask after all. It stays one that a coordinator reads first."""
    ask = exclusion.ask
    live = lock_ask(ask)
    exclusion.delete()
    for need in live:
        log_event(need, "change", by=by, reason="keep_from")
    match_anew(ask)


def match_anew(ask: Ask) -> None:
    """Tell the rooms above that other people may fit its needs, or may hear of them no more."""
    for need in ask.needs.exclude(state=NeedState.CLOSED).order_by("pk"):
        need_changed.send(sender=Need, need=need)


def release_excluded_claims(ask: Ask, *, by: Actor) -> None:
    """Release whoever said yes and must not be there. With the ask locked, nobody claims meanwhile."""
    coming = Claim.objects.on_the_way().filter(need__ask=ask)
    for claim in coming.filter(volunteer__in=people_kept_from(ask)).select_related(
        "need", "volunteer"
    ):
        release_claim(claim, by=by)


@transaction.atomic
def end_claims_of_kept_away(needs: Iterable[Need], *, by: Actor) -> None:
    """Release the claims of people from whom these needs are kept by now."""
    for ask in sorted({need.ask for need in needs}, key=lambda ask: ask.pk):
        with suppress(Erased):
            lock_ask(ask)
            release_excluded_claims(ask, by=by)


def _write_ask(ask: Ask, given: dict[str, Any]) -> None:
    exclude_contact_points(ask, given.pop("keep_from_contact_points", ()))
    if "languages" in given:
        ask.languages.set(given.pop("languages"))
    if "for_whom" in given:
        Ask.objects.filter(pk=ask.pk).update(for_whom=given.pop("for_whom"))
    if given:
        contact = AskContact.objects.get(ask=ask)
        for name, value in given.items():
            setattr(contact, name, value)
        contact.save(update_fields=list(given))


def _is_blocked(ask: Ask, given: Mapping[str, Any]) -> bool:
    if not {"phone", "email"} & given.keys():
        return False
    return BlockedContactPoint.objects.of(given.get("phone", ""), given.get("email", "")).exists()


def _write_need(need: Need, given: dict[str, Any]) -> None:
    notes = given.pop("notes", None)
    if {"category", "needed_by"} & given.keys():
        day = given.get("needed_by", need.needed_by)
        if day is None and need.series_id:
            raise StateChanged("change")
        until = None if day else open_until(given.get("category", need.category))
        given |= {"open_until": until, "warned_at": None}
    changeable = Need.objects.filter(pk=need.pk, state__in=CHANGEABLE)
    if not changeable.select_for_update().exists():
        raise StateChanged("change")
    if given:
        changeable.update(**given)
    if notes is not None:
        NeedNotes.objects.filter(need=need).update(text=notes)
    need.refresh_from_db()


def _later_days(need: Need) -> Iterable[Need]:
    if need.series_id is None or need.recurrence_id is None:
        return ()
    later = Need.objects.filter(series=need.series_id, recurrence_id__gt=need.recurrence_id)
    return later.filter(state__in=CHANGEABLE).order_by("pk")


def _for_later_day(need: Need, given: Mapping[str, Any]) -> dict[str, Any]:
    """Without the day, which is its own, and without another kind where someone said yes to this one."""
    own = {"needed_by"} if rules.can_change_kind(need) else {"needed_by", "category"}
    return {name: value for name, value in given.items() if name not in own}


def _tell_who_comes(claims: Any, change: str) -> None:
    """One message to each volunteer who is on the way, however many of these claims are theirs."""
    together = timedelta(minutes=current_policy().change_notice_minutes)
    told = set[int]()
    for claim in claims.on_the_way().select_related("volunteer").order_by("pk"):
        if claim.volunteer_id not in told:
            key = f"need_changed:{claim.pk}:{change}"
            enqueue("need_changed", about_id=claim.pk, to=claim.volunteer, key=key, hold=together)
        told.add(claim.volunteer_id)

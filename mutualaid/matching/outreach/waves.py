"""Invite few, wait, invite more; with no one left, a coordinator. Sensitive needs are sent by hand only.

The order widens by itself: near and just what is offered first, then farther, then what is close.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery

from mutualaid import clock
from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach import acceptance
from mutualaid.matching.outreach.pacing import (
    Availability,
    Pace,
    availability_of,
    group_is_quiet_until,
    held,
    hold_ends,
    is_urgent,
    pace_of,
)
from mutualaid.matching.search.invitation_history import NEVER, Invitations, past_of, since
from mutualaid.matching.states import INVITED, MATCH_TRANSITIONS
from mutualaid.notify.models import Device, Notification, Preferences
from mutualaid.notify.outbox import DIGEST, Told, enqueue_all, notify_team_chat
from mutualaid.notify.routing.channels_for import Reach
from mutualaid.people.introductions import met
from mutualaid.people.models import AccountContactPoint, BlockedContactPoint, User
from mutualaid.policy.current import current_policy
from mutualaid.policy.limits import Joining
from mutualaid.statements import Update, compiled, compiled_update, slot, slots
from offers_app.models import Offer
from requests_app import rules
from requests_app.access.exclusions import (
    accounts_kept_from,
    household_of,
    veiled_accounts_kept_from,
)
from requests_app.models import Need
from requests_app.notifications.neighbour import ask_whether_to_go_on

State = Match.State


def invite_next(need: Need, now: datetime) -> None:
    """Invite as many as make a yes likely enough, and set when to look again (`Need.match_due_at`).

    Whoever said no, or has not answered in time, makes room for others. Whoever sleeps is not part of the
    wave, which goes on to those who are awake. Whoever hears later, in a digest, is invited beside: the
    wave waits for none of them. `now` is the moment by the database's clock.
    """
    search = getattr(need, "search", None) or NeedSearch(need_id=need.pk)
    if need.category.sensitive or search.stopped:
        return
    candidates = _candidates(need, now)
    wave = _fill_wave(need, candidates, now)
    _set_next_look(need, wave=wave, candidates=candidates, now=now)
    if not wave and not candidates.waiting and not _morning_of_group(need, now):
        notify_all_invited(need)
    handed_over_at = _handed_over_at(need, search, wave=wave, candidates=candidates, now=now)
    held_until = _held_until(need, wave=wave, candidates=candidates)
    if (handed_over_at, held_until) != (search.handed_over_at, search.held_until):
        rows = NeedSearch.objects.filter(pk=need.pk)
        rows.update(handed_over_at=handed_over_at, held_until=held_until)


@dataclass(frozen=True)
class _Candidates:
    """Who was `invited` in the wave under way, who is `waiting` to be invited, best first, and whose offers
    are `held` of these, for others need them more."""

    invited: list[Match]
    waiting: list[Match]
    held: set[Match]
    past: Mapping[int, Invitations]
    availability: Availability
    rate: float
    """How often people say yes to this category, 0 to 1."""
    pace: Pace

    @property
    def within_limits(self) -> list[Match]:
        """Those waiting who were not invited too often of late."""
        return [match for match in self.waiting if self.pace.may_invite(self.past_of(match))]

    @property
    def awake(self) -> list[Match]:
        """Those who may be invited at this hour."""
        free = [match for match in self.within_limits if match not in self.held]
        return [match for match in free if not self.is_asleep(match)]

    @property
    def only_sleepers_left(self) -> list[Match]:
        """Those who were not invited now and are not held, where all of them sleep; else empty."""
        free = [match for match in self.within_limits if match not in self.held]
        left = [match for match in free if match.state == State.SUGGESTED]
        return left if all(map(self.is_asleep, left)) else []

    @property
    def held_back(self) -> list[Match]:
        """Those who may be invited once the hold ends."""
        return [match for match in self.within_limits if match in self.held]

    def past_of(self, match: Match) -> Invitations:
        return self.past.get(match.offer_id, NEVER)

    def in_digest(self, match: Match) -> bool:
        return match.offer_id in self.availability.digest

    def is_asleep(self, match: Match) -> bool:
        return match.offer_id in self.availability.asleep

    def person(self, match: Match, *, before: int = 0) -> acceptance.Person:
        """Their chance of a yes, as it was `before` so many invitations of this week."""
        week = max(0, self.past_of(match).week - before)
        chance = acceptance.chance(self.rate, match.acceptance_factor, week)
        return acceptance.Person(chance, week, match.price, match.is_kept)


def _candidates(need: Need, now: datetime) -> _Candidates:
    pace = pace_of(need)
    _lock_people(need)
    values = {"need": need.pk, "ask": need.ask_id, "since": now - pace.wait}
    shown = _on_the_list().rows(**values, **since(now))
    suggested = [match for match in shown if match.state == State.SUGGESTED]
    chosen = {match.offer_id: _preferences(match) for match in shown}
    available = availability_of(need, [match.offer_id for match in shown], chosen, now)
    return _Candidates(
        invited=[match for match in shown if match.state in INVITED],
        waiting=[match for match in suggested if match.offer_id not in available.unwilling],
        held=held(need, suggested, now),
        past={match.offer_id: _past(match) for match in shown},
        availability=available,
        rate=acceptance.rate_of(need.category_id),
        pace=pace,
    )


@compiled
def _on_the_list() -> "QuerySet[Match]":
    """Who was not invited yet, best first, and who was `since` then; with what a wave must know of each."""
    lately = Q(state__in=INVITED, invited_at__gt=slot("since", DateTimeField()))
    matches = Match.objects.filter(Q(state=State.SUGGESTED) | lately, need=slot("need"))
    invitations = past_of(OuterRef("offer"))
    return (
        matches.select_related("offer__volunteer__preferences")
        .annotate(
            **{name: Subquery(invitations.values(name)) for name in Invitations._fields},
            has_device=Exists(Device.objects.filter(user=OuterRef("offer__volunteer"))),
            is_veiled=Exists(household_of(slot("ask")).filter(veiled=True)),
        )
        .order_by("-score", "pk")
    )


def _past(match: Match) -> Invitations:
    """What `_on_the_list` found beside it."""
    known = vars(match)
    return Invitations(known["week"] or 0, known["day"] or 0, known["last"])


def _preferences(match: Match) -> Preferences:
    """Those that `_on_the_list` found beside it, or the usual ones."""
    person = match.offer.volunteer
    return getattr(person, "preferences", None) or Preferences(user=person)


def _lock_people(need: Need) -> None:
    """Lock who was not invited yet: two needs count invitations in turn. SQLite has one writer anyway."""
    if connection.features.has_select_for_update:
        _locked().rows(need=need.pk)


@compiled
def _locked() -> "QuerySet[Any, tuple[int]]":
    matches = Match.objects.filter(need=slot("need"), state=State.SUGGESTED)
    people = User.objects.filter(offer__in=matches.values("offer")).order_by("pk")
    return people.select_for_update(no_key=True, of=("self",)).values_list("pk")


def _fill_wave(need: Need, candidates: _Candidates, now: datetime) -> list[Match]:
    """Invite those a coordinator pinned, then as few others as it takes; returns the whole wave.

    Whoever hears in a digest is invited beside, by the same measure, and is not part of it.
    """
    chosen = [*_chosen(candidates, digest=True), *_chosen(candidates, digest=False)]
    wave = [*candidates.invited, *invite(need, chosen, now)]
    return [match for match in wave if not candidates.in_digest(match)]


def _chosen(candidates: _Candidates, *, digest: bool) -> list[Match]:
    """Whom to invite now of those who hear in a `digest`, or of those who hear at once."""
    wave = [match for match in candidates.invited if candidates.in_digest(match) is digest]
    rest = [match for match in candidates.awake if candidates.in_digest(match) is digest]
    pinned = [match for match in rest if match.pinned]
    others = {match: candidates.person(match) for match in rest if not match.pinned}
    chances = [candidates.person(match, before=1).chance for match in wave]
    chances += [candidates.person(match).chance for match in pinned]
    return pinned + acceptance.whom_to_invite(
        others, so_far=acceptance.at_least_one(chances), target=candidates.pace.sure
    )


def invite(need: Need, matches: Iterable[Match], now: datetime) -> list[Match]:
    """Invite these people, if they were not invited yet; returns the matches of those who are now.

    This is the only way to an invitation, so no one gets one to an ask that is kept from them, and none
    whom the group wants to meet first, or who has a blocked contact point: the statement that writes it
    says so.
    """
    invited = _transition(need, list(matches), now)
    urgent = is_urgent(need)
    enqueue_all(
        [
            Told(
                "need_fits",
                match.pk,
                to=match.offer.volunteer,
                urgent=urgent,
                key=f"need_fits:{match.pk}:{now:%Y%m%d%H%M%S%f}",
            )
            for match in invited
        ],
        now=now,
        reach={match.offer.volunteer_id: _reach(match) for match in invited if _is_known(match)},
    )
    return invited


def _is_known(match: Match) -> bool:
    """Whether it comes from `_on_the_list`, and so with what was found beside it."""
    return "is_veiled" in vars(match)


def _reach(match: Match) -> Reach:
    return Reach(_preferences(match), vars(match)["has_device"])


def _transition(need: Need, matches: list[Match], now: datetime) -> list[Match]:
    """Write that they are invited now; returns those that were not yet, and may be."""
    if not matches:
        return []
    ids = [match.pk for match in matches]
    joining = Joining(current_policy().joining)
    is_veiled = not all(map(_is_known, matches)) or vars(matches[0])["is_veiled"]
    veiled = veiled_accounts_kept_from(need.ask_id) if is_veiled else ()
    values = {"matches": ids, "ask": need.ask_id, "veiled": veiled, "now": now}
    if _invitation(joining).run(**values) < len(matches):
        rows = Match.objects.filter(pk__in=ids, invited_at=now)
        mine = set(rows.values_list("pk", flat=True))
        matches = [match for match in matches if match.pk in mine]
    for match in matches:
        match.state, match.invited_at = State.NOTIFIED, now
    return matches


@compiled_update
def _invitation(joining: Joining) -> Update:
    blocked = AccountContactPoint.objects.filter(
        fingerprint__in=BlockedContactPoint.objects.values("fingerprint")
    )
    left_out = Q(volunteer__in=slots("veiled")) | Q(volunteer__in=blocked.values("user"))
    for accounts in accounts_kept_from(slot("ask")):
        left_out |= Q(volunteer__in=accounts)
    offers = Offer.objects.filter(~left_out, pk=OuterRef("offer"))
    if joining == Joining.MEET_FIRST:
        offers = offers.filter(met("volunteer"))
    sources, target = MATCH_TRANSITIONS["invite"]
    rows = Match.objects.filter(Exists(offers), pk__in=slots("matches"), state__in=sources)
    return Update(rows, {"state": target, "invited_at": slot("now", DateTimeField())})


def _set_next_look(
    need: Need, *, wave: list[Match], candidates: _Candidates, now: datetime
) -> None:
    """Look again when the oldest invitation runs out, the first of those who are left wakes, or a hold ends.

    Prices move meanwhile, so a need that only waits for the hold is looked at as often as any other.
    """
    looks = [match.invited_at + candidates.pace.wait for match in wave if match.invited_at]
    looks += [candidates.availability.asleep[m.offer_id] for m in candidates.only_sleepers_left]
    if candidates.held_back:
        looks.append(min(hold_ends(need), now + candidates.pace.wait))
    if candidates.waiting:
        otherwise = now + candidates.pace.wait
    else:
        again = timedelta(hours=current_policy().search_again_hours)
        otherwise = _morning_of_group(need, now) or now + again
    _next_look().run(need=need.pk, at=min(looks, default=otherwise))


@compiled_update
def _next_look() -> Update:
    need = Need.objects.filter(pk=slot("need"))
    return Update(need, {"match_due_at": slot("at", DateTimeField())})


def _handed_over_at(
    need: Need, search: NeedSearch, *, wave: list[Match], candidates: _Candidates, now: datetime
) -> datetime | None:
    """Since when a coordinator has the need: with no one invited and no one to wait for.

    For sleepers it waits, unless it is needed today, and until a hold ends: then nothing changes.
    """
    if wave:
        return None
    waits = candidates.only_sleepers_left and not is_urgent(need)
    if candidates.held_back or waits:
        return search.handed_over_at
    return search.handed_over_at or now


def _held_until(need: Need, *, wave: list[Match], candidates: _Candidates) -> datetime | None:
    """Until when the need waits, where all who may be invited are held."""
    is_waiting = candidates.held_back and not wave and not candidates.only_sleepers_left
    return hold_ends(need) if is_waiting else None


def _morning_of_group(need: Need, now: datetime) -> datetime | None:
    """When the night of the group ends, in which the neighbour is not written to; None where they may be."""
    return None if is_urgent(need) else group_is_quiet_until(now)


def invite_the_silent_again(need: Need) -> None:
    """A day after the last wave, or on the last day of the need: once in the time it is open.

    Whoever has not answered may be invited again. Who is thinking about it is left in peace.
    """
    search = getattr(need, "search", None)
    if search is None or search.stopped or not search.handed_over_at:
        return
    if search.second_round_before == need.ends_at:
        return
    now = clock.now()
    a_day_ago = now - timedelta(hours=current_policy().search_again_hours)
    if need.warned_at or search.handed_over_at <= a_day_ago:
        silent = need.matches.filter(invited_at__lte=now - pace_of(need).wait)
        with transaction.atomic():
            silent.apply("invite_again")
            NeedSearch.objects.filter(pk=search.pk).update(second_round_before=need.ends_at)


def notify_all_invited(need: Need) -> None:
    """The neighbour hears of it, and the coordinators' team chat; once in the time the need is open.

    Nothing is said while no one was invited at all, or someone hears of it only in their next digest. The
    neighbour is not told where they are asked the same anyway, within a day, because the need ends soon;
    nor of an occurrence of a series, which ends with its day and cannot be kept open.
    """
    if not need.matches.exclude(invited_at=None).exists() or _some_hear_later(need):
        return
    notify_team_chat(
        "team_chat_all_invited", need.pk, key=f"team_chat_all_invited:{need.pk}:{need.ends_at}"
    )
    soon = clock.now() + 2 * timedelta(hours=current_policy().expiry_notice_hours)
    if rules.can_keep_open(need) and need.ends_at > soon and not need.warned_at:
        ask_whether_to_go_on(need)


def _some_hear_later(need: Need) -> bool:
    """Whether someone who was invited has not heard of it yet, for their digest still waits."""
    invited = Match.objects.filter(need=need, state__in=INVITED).values("offer__volunteer")
    digests = Notification.objects.filter(kind=DIGEST, state=Notification.State.WAITING)
    return digests.filter(recipient__in=invited).exists()

"""Invite few, wait, invite more; with no one left, a coordinator. Sensitive needs are sent by hand only.

The order widens by itself: near and just what is offered first, then farther, then what is close.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mutualaid import clock
from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach import acceptance, hold
from mutualaid.matching.outreach.pacing import (
    Availability,
    Pace,
    availability,
    group_is_quiet_until,
    is_urgent,
    pace_of,
)
from mutualaid.matching.search.ranking import NEVER, Invitations, invitations_of
from mutualaid.matching.states import INVITED
from mutualaid.notify.models import Notification
from mutualaid.notify.outbox import DIGEST, Told, enqueue_all, notify_team_chat
from mutualaid.people.introductions import waits_to_be_met
from mutualaid.people.models import BlockedContactPoint, User
from mutualaid.policy.current import current_policy
from requests_app import rules
from requests_app.access.exclusions import people_kept_from
from requests_app.models import Need
from requests_app.notifications.neighbour import ask_whether_to_go_on

State = Match.State


def invite_next(need: Need) -> None:
    """Invite as many as make a yes likely enough, and set when to look again (`Need.match_due_at`).

    Whoever said no, or has not answered in time, makes room for others. Whoever sleeps is not part of the
    wave, which goes on to those who are awake. Whoever hears later, in a digest, is invited beside: the
    wave waits for none of them.
    """
    search = NeedSearch.objects.get(need=need)
    if need.category.sensitive or search.stopped:
        return
    now = clock.now()
    candidates = _candidates(need, now)
    _fill_wave(need, candidates, now, digest=True)
    wave = _fill_wave(need, candidates, now, digest=False)
    _write_hold(need, search, wave=wave, candidates=candidates)
    _set_next_look(need, wave=wave, candidates=candidates, now=now)
    _hand_over(need, search, wave=wave, candidates=candidates, now=now)


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
    invited = list(need.matches.filter(state__in=INVITED, invited_at__gt=now - pace.wait))
    suggested = _lock_suggested(need)
    both = [*invited, *suggested]
    available = availability(need, [match.offer_id for match in both], now)
    return _Candidates(
        invited=invited,
        waiting=[match for match in suggested if match.offer_id not in available.unwilling],
        held=hold.held(need, suggested),
        past=invitations_of((match.offer_id for match in both), now),
        availability=available,
        rate=acceptance.rate_of(need.category_id),
        pace=pace,
    )


def _lock_suggested(need: Need) -> list[Match]:
    """Who was not invited yet, best first. Their rows are locked: two needs count invitations in turn."""
    suggested = list(
        need.matches.filter(state=State.SUGGESTED)
        .select_related("offer__volunteer")
        .order_by("-score", "pk")
    )
    people = User.objects.filter(offer__in=[match.offer_id for match in suggested]).order_by("pk")
    list(people.select_for_update(no_key=True, of=("self",)).values_list("pk"))
    return suggested


def _fill_wave(need: Need, candidates: _Candidates, now: datetime, *, digest: bool) -> list[Match]:
    """Invite those a coordinator pinned, then as few others as it takes; returns the whole wave.

    Either those who hear in a `digest`, or those who hear at once.
    """
    wave = [match for match in candidates.invited if candidates.in_digest(match) is digest]
    rest = [match for match in candidates.awake if candidates.in_digest(match) is digest]
    pinned = [match for match in rest if match.pinned]
    others = {match: candidates.person(match) for match in rest if not match.pinned}
    chances = [candidates.person(match, before=1).chance for match in wave]
    chances += [candidates.person(match).chance for match in pinned]
    chosen = acceptance.whom_to_invite(
        others, so_far=acceptance.at_least_one(chances), target=candidates.pace.sure
    )
    return wave + invite(need, pinned + chosen, now)


def invite(need: Need, matches: Iterable[Match], now: datetime) -> list[Match]:
    """Invite these people, if they were not invited yet; returns the matches of those who are now.

    This is the only way to an invitation, so no one gets one to an ask that is kept from them, and none
    whom the group wants to meet first, or who has a blocked contact point.
    """
    matches = list(matches)
    if not matches:
        return []
    left_out = set(people_kept_from(need.ask).values_list("pk", flat=True))
    left_out |= BlockedContactPoint.objects.users()
    allowed = [
        match
        for match in matches
        if match.offer.volunteer_id not in left_out and not waits_to_be_met(match.offer.volunteer)
    ]
    invited = _transition(allowed, now)
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
        ]
    )
    return invited


def _transition(matches: list[Match], now: datetime) -> list[Match]:
    """Write that they are invited now; returns those that were not yet."""
    rows = Match.objects.filter(pk__in=[match.pk for match in matches])
    if rows.apply("invite", invited_at=now) < len(matches):  # a coordinator was faster with some
        mine = set(rows.filter(invited_at=now).values_list("pk", flat=True))
        matches = [match for match in matches if match.pk in mine]
    for match in matches:
        match.state, match.invited_at = State.NOTIFIED, now
    return matches


def _write_hold(
    need: Need, search: NeedSearch, *, wave: list[Match], candidates: _Candidates
) -> None:
    """Write until when the need waits, where all who may be invited are held."""
    is_waiting = candidates.held_back and not wave and not candidates.only_sleepers_left
    held_until = hold.hold_ends(need) if is_waiting else None
    if held_until != search.held_until:
        NeedSearch.objects.filter(pk=search.pk).update(held_until=held_until)


def _set_next_look(
    need: Need, *, wave: list[Match], candidates: _Candidates, now: datetime
) -> None:
    """Look again when the oldest invitation runs out, the first of those who are left wakes, or a hold ends.

    Prices move meanwhile, so a need that only waits for the hold is looked at as often as any other.
    """
    looks = [match.invited_at + candidates.pace.wait for match in wave if match.invited_at]
    looks += [candidates.availability.asleep[m.offer_id] for m in candidates.only_sleepers_left]
    if candidates.held_back:
        looks.append(min(hold.hold_ends(need), now + candidates.pace.wait))
    if candidates.waiting:
        otherwise = now + candidates.pace.wait
    else:
        again = timedelta(hours=current_policy().search_again_hours)
        otherwise = _morning_of_group(need, now) or now + again
    Need.objects.filter(pk=need.pk).update(match_due_at=min(looks, default=otherwise))


def _hand_over(
    need: Need, search: NeedSearch, *, wave: list[Match], candidates: _Candidates, now: datetime
) -> None:
    """With no one invited and no one to wait for, a coordinator has the need; once someone is, no longer.

    For sleepers it waits, unless it is needed today, and until a hold ends. Once everyone was invited, the
    neighbour is told, but not in the night of the group.
    """
    if not wave and not candidates.waiting and not _morning_of_group(need, now):
        notify_all_invited(need)
    if not wave and candidates.held_back:
        return
    if not wave and candidates.only_sleepers_left and not is_urgent(need):
        return
    handed_over_at = None if wave else search.handed_over_at or now
    if handed_over_at != search.handed_over_at:
        NeedSearch.objects.filter(pk=search.pk).update(handed_over_at=handed_over_at)


def _morning_of_group(need: Need, now: datetime) -> datetime | None:
    """When the night of the group ends, in which the neighbour is not written to; None where they may be."""
    return None if is_urgent(need) else group_is_quiet_until(now)


def invite_the_silent_again(need: Need) -> None:
    """A day after the last wave, or on the last day of the need: once in the time it is open.

    Whoever has not answered may be invited again. Who is thinking about it is left in peace.
    """
    search = NeedSearch.objects.filter(
        need=need, stopped=False, handed_over_at__isnull=False
    ).first()
    if search is None or search.second_round_before == need.ends_at:
        return
    now = clock.now()
    a_day_ago = now - timedelta(hours=current_policy().search_again_hours)
    if need.warned_at or (search.handed_over_at and search.handed_over_at <= a_day_ago):
        silent = need.matches.filter(invited_at__lte=now - pace_of(need).wait)
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

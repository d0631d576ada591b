"""What must hold after each step of any life of a few needs; the steps are in `test_whole_life`."""

from typing import Any

from django.db import connection, transaction
from hypothesis.stateful import RuleBasedStateMachine, invariant

from mutualaid.people.models import User
from requests_app import actions
from requests_app.actions import StateChanged
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.lifecycle.claim_deadlines import with_next_date
from requests_app.models import Claim, Need, NeedEvent, Series
from requests_app.models.series import horizon
from requests_app.states import (
    ASIDE,
    FILLS_A_PLACE,
    LIVE_CLAIM,
    WITH_HELPERS,
    NeedState,
    following,
)

REFUSED = (
    StateChanged,
    actions.WeekIsFull,
    actions.NotForYou,
    actions.TooFew,
    actions.TooManyLooks,
)


class Promises(RuleBasedStateMachine):
    """`helpers` and `carla` are the people; `stopped` says how many needs each ended series has."""

    helpers: list[User]
    carla: User
    stopped: dict[int, int]

    @invariant()
    def no_need_and_no_week_is_over_its_number(self) -> None:
        for need in Need.objects.prefetch_related("claims"):
            filling = [claim for claim in need.claims.all() if claim.state in FILLS_A_PLACE]
            places = sorted(claim.place for claim in filling)
            assert len(set(places)) == len(places) <= need.helpers_wanted
            assert not places or places[-1] <= need.helpers_wanted

    @invariant()
    def the_state_follows_from_the_claims(self) -> None:
        for need in Need.objects.prefetch_related("claims"):
            states = [claim.state for claim in need.claims.all()]
            if need.state in WITH_HELPERS:
                assert need.state == following(need.helpers_wanted, states)
            else:
                assert not set(states) & set(LIVE_CLAIM)

    @invariant()
    def no_live_claim_is_without_a_next_date(self) -> None:
        assert not with_next_date().filter(next_date=None).exists()

    @invariant()
    def the_last_line_of_the_history_is_the_state(self) -> None:
        for need in Need.objects.prefetch_related("events"):
            assert list(need.events.all())[-1].state == need.state

    @invariant()
    def what_is_closed_says_why_and_what_is_aside_until_when(self) -> None:
        for need in Need.objects.all():
            closed = need.state == NeedState.CLOSED
            assert bool(need.close_reason) == bool(need.closed_at) == closed
            assert bool(need.aside_until) == (need.state in ASIDE)
            if need.state == NeedState.MERGED:
                assert need.merged_into.state not in (NeedState.MERGED, NeedState.CLOSED)

    @invariant()
    def help_is_counted_only_where_a_neighbour_said_so(self) -> None:
        for need in Need.objects.filter(state="closed").exclude(events__action="close"):
            confirmed = need.claims.filter(state="confirmed").exists()
            assert confirmed == (need.close_reason in ("fulfilled", "partly"))

    @invariant()
    def what_comes_back_is_there_once_a_day_until_it_is_stopped(self) -> None:
        for series in Series.objects.all():
            days = [need.occurs_on for need in series.needs.all() if need.occurs_on]
            assert len(set(days)) == len(days) == series.needs.count()
            assert bool(series.ended_at) == (series.pk in self.stopped)
            assert self.stopped.get(series.pk, len(days)) == len(days)
            assert series.ended_at or series.made_until >= min(horizon(), max(days))

    @invariant()
    def what_was_asked_together_is_of_one_person(self) -> None:
        people: dict[Any, set[Any]] = {}
        for need in Need.objects.exclude(bundle=None).select_related("contact"):
            who = (need.contact.name, need.contact.email, need.asked_by_id)
            people.setdefault(need.bundle, set()).add(who)
        assert all(len(who) == 1 for who in people.values())

    def pick(self, rows: Any, n: int) -> Any:
        """One of the latest six, or None while there is none."""
        latest = list(getattr(rows, "objects", rows).order_by("-pk")[:6])
        return latest[n % len(latest)] if latest else None

    def helper(self, n: int) -> User:
        return self.helpers[n % len(self.helpers)]

    @property
    def desk(self) -> Actor:
        return coordinator(self.carla)

    def on_need(self, n: int, action: Any, *given: Any, **how: Any) -> None:
        if need := self.pick(Need, n):
            self.attempt(action, need, *given, **how)

    def on_claim(self, n: int, action: Any, **how: Any) -> None:
        if claim := self.pick(Claim, n):
            self.attempt(action, claim, **how)

    def attempt(self, action: Any, *given: Any, says_nothing: bool = False, **how: Any) -> Any:
        """Taken, it leaves a line of history and nothing half done; refused, it leaves no trace.

        Returns whether it was taken. `says_nothing`: it may find nothing to write down.
        """
        before, lines = self.record(), NeedEvent.objects.count()
        try:
            with transaction.atomic():
                action(*given, **how)
        except REFUSED:
            assert self.record() == before
            return False
        looked = action is actions.contact_of_claim
        assert looked or says_nothing or NeedEvent.objects.count() > lines
        connection.check_constraints()
        return True

    def record(self) -> list[Any]:
        rows = [list(model.objects.order_by("pk").values_list()) for model in (Need, Claim, Series)]
        return [*rows, NeedEvent.objects.count()]

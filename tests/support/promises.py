"""Invariants of needs, claims and series, checked after each step of `test_whole_life`."""

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from hypothesis.stateful import RuleBasedStateMachine, invariant

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.people.introductions import is_known, is_newcomer
from mutualaid.people.models import AccountContactPoint, User
from requests_app import actions
from requests_app.access.exclusions import (
    asks_kept_from,
    household_of,
    is_kept_from,
    pairs_kept_apart,
    people_kept_from,
)
from requests_app.actions import StateChanged
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.lifecycle.claim_deadlines import with_next_date
from requests_app.models import Ask, Claim, Need, NeedEvent, Series
from requests_app.models.series import horizon
from requests_app.newcomers import contacts, most_live_claims
from requests_app.rules import can_be_assigned
from requests_app.states import (
    ASIDE,
    FILLS_A_PLACE,
    LIVE_CLAIM,
    WITH_HELPERS,
    NeedState,
    state_from_claims,
)

REFUSED = (
    StateChanged,
    actions.WeekIsFull,
    actions.NotForYou,
    actions.TooFew,
    actions.TooManyLooks,
    actions.Erased,
)


class Promises(RuleBasedStateMachine):
    """`stopped` is the number of needs of each series that was stopped, by its id.

    `kept_from` are pairs of an ask's id and someone who made it, or who must not find out about it.
    `swept_on` is the day of the last sweep.
    """

    swept_on: date
    kept_from: set[tuple[int, User]]

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
    def no_one_holds_more_than_they_may_by_their_own_yes(self) -> None:
        for person in self.helpers:
            own = Claim.objects.of(person).live().exclude(live_slot=None)
            slots = list(own.values_list("live_slot", flat=True))
            assert len(set(slots)) == len(slots)
            assert all(slot <= most_live_claims(is_new=is_newcomer(person)) for slot in slots)

    @invariant()
    def no_one_new_sees_two_neighbours_in_seven_days_by_their_own_yes(self) -> None:
        """Households that were put together, and perhaps are two again, are left out."""
        for person in self.helpers:
            looks = contacts().filter(by=person).exclude(ask__needs__events__reason="household")
            assert is_known(person) or looks.values("ask").distinct().count() <= 1

    @invariant()
    def the_state_follows_from_the_claims(self) -> None:
        for need in Need.objects.prefetch_related("claims"):
            states = [claim.state for claim in need.claims.all()]
            if need.state in WITH_HELPERS:
                assert need.state == state_from_claims(need.helpers_wanted, states)
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
            days = [need.recurrence_id for need in series.needs.all() if need.recurrence_id]
            assert len(set(days)) == len(days) == series.needs.count()
            assert series.needs.values("ask").distinct().count() == 1
            assert bool(series.ended_at) == (series.pk in self.stopped)
            assert self.stopped.get(series.pk, len(days)) == len(days)
            assert series.ended_at or series.made_until >= min(horizon(), max(days))

    @invariant()
    def no_one_from_whom_an_ask_is_kept_comes_or_may_come(self) -> None:
        for ask in Ask.objects.all():
            coming = Claim.objects.on_the_way().filter(need__ask=ask)
            assert not coming.filter(volunteer__in=people_kept_from(ask)).exists()
            for helper in self.helpers:
                may = [can_be_assigned(helper, need) for need in ask.needs.all()]
                assert not any(may) or not is_kept_from(helper, ask)

    @invariant()
    def whatever_becomes_of_it_an_ask_stays_kept_from_them(self) -> None:
        for pk, helper in self.kept_from:
            ask = Ask.objects.get(pk=pk)
            assert is_kept_from(helper, ask)
            assert is_kept_from(helper, ask.merged_into or ask)
            assert asks_kept_from(helper).filter(pk=pk).exists()
        pairs = pairs_kept_apart(Need.objects.all())
        for need in Need.objects.all():
            apart = {user for pk, user in pairs if pk == need.pk}
            assert apart == set(people_kept_from(need.ask).values_list("pk", flat=True))

    @invariant()
    def nothing_stored_leads_from_a_sensitive_need_to_an_account(self) -> None:
        for need in Need.objects.filter(category__sensitive=True):
            for ask in household_of(need.ask):
                assert ask.veiled
                assert ask.account is None
                assert not ask.exclusions.exclude(person=None).exists()
                stored = {
                    *ask.contact_points.values_list("fingerprint", flat=True),
                    *ask.exclusions.values_list("fingerprint", flat=True),
                }
                of_accounts = AccountContactPoint.objects.values_list("fingerprint", flat=True)
                assert not stored & set(of_accounts)

    @invariant()
    def what_a_coordinator_reads_first_is_open_only_once_they_acted(self) -> None:
        """One reason holds for all needs of the ask, whenever they came."""
        for need in Need.objects.filter(ask__read_first=True, state=NeedState.OPEN):
            assert not need.events.filter(action="post", state="open").exists() or (
                need.events.exclude(action="post").exists()
            )
        asks = Ask.objects.exclude(exclusions=None)
        assert not asks.filter(read_first=False).exists()

    @invariant()
    def no_need_is_open_after_its_day(self) -> None:
        """As far as the clock has looked: at midnight there is a day more, and no sweep yet."""
        assert not Need.objects.open().filter(needed_by__lt=self.swept_on).exists()
        for need in Need.objects.all():
            assert bool(need.needed_by) != bool(need.open_until)

    @invariant()
    def each_need_is_of_a_live_ask_and_a_merged_one_has_none(self) -> None:
        assert not Need.objects.exclude(ask__merged_into=None).exists()
        assert not Need.objects.filter(state="merged").exclude(merged_into__ask=F("ask")).exists()
        for ask in Ask.objects.all():
            expected = ask.stored_fingerprints(fingerprints(ask.contact.phone, ask.contact.email))
            stored = set(ask.contact_points.values_list("fingerprint", flat=True))
            assert expected == stored

    def pick(self, rows: Any, n: int) -> Any:
        """Return one of the latest six rows, or None while there is none."""
        latest = list(getattr(rows, "objects", rows).order_by("-pk")[:6])
        return latest[n % len(latest)] if latest else None

    def helper(self, n: int) -> User:
        return self.helpers[n % len(self.helpers)]

    @property
    def coordinator(self) -> Actor:
        return coordinator(self.carla)

    def on_need(self, n: int, action: Any, *args: Any, **kwargs: Any) -> None:
        if need := self.pick(Need, n):
            self.attempt(action, need, *args, **kwargs)

    def on_claim(self, n: int, action: Any, **kwargs: Any) -> None:
        if claim := self.pick(Claim, n):
            self.attempt(action, claim, **kwargs)

    def attempt(self, action: Any, *args: Any, says_nothing: bool = False, **kwargs: Any) -> Any:
        """Call an action; return whether it was possible.

        Done, it leaves an event and satisfies the constraints; refused, it changes nothing.
        `says_nothing`: it may leave no event.
        """
        before, lines = self.record(), NeedEvent.objects.count()
        try:
            with transaction.atomic():
                action(*args, **kwargs)
        except REFUSED:
            assert self.record() == before
            return False
        is_only_read = action is actions.contact_of_claim
        assert is_only_read or says_nothing or NeedEvent.objects.count() > lines
        connection.check_constraints()
        return True

    def record(self) -> list[Any]:
        rows = [
            list(model.objects.order_by("pk").values_list()) for model in (Ask, Need, Claim, Series)
        ]
        return [*rows, NeedEvent.objects.count()]

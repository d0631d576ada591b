"""Any life of a few needs, in any order, with time passing: what must hold, holds after each step.

`LIVES` and `STEPS_EACH` in the environment make it longer: `make lives` runs 200 of 50 steps.
"""

import os
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mutualaid.people.models import Role, User
from requests_app import actions, tasks
from requests_app.actions import Details, StateChanged
from requests_app.claims_due import with_next_date
from requests_app.models import Claim, ContactLook, Need, NeedEvent
from requests_app.moves import coordinator, volunteer
from requests_app.rules import can_see_contact
from requests_app.states import (
    ASIDE,
    FILLS_A_PLACE,
    LIVE_CLAIM,
    ON_THE_WAY,
    WITH_HELPERS,
    CloseReason,
    NeedState,
    following,
)
from tests import factories
from tests.requests_app.clock import later

LIVES = int(os.environ.get("LIVES", "10"))
STEPS_EACH = int(os.environ.get("STEPS_EACH", "30"))
LIMIT = 3
REFUSED = (
    StateChanged,
    actions.WeekIsFull,
    actions.NotForYou,
    actions.TooFew,
    actions.TooManyLooks,
)
which = st.integers(0, 11)
"""Which of the latest six rows, or of the three people."""


class WholeLife(RuleBasedStateMachine):
    """Three people who help, one who coordinates, and whatever needs come up."""

    @initialize()
    def people(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.helpers = [factories.person(f"Helper {n}") for n in range(3)]
        self.carla = factories.person("Carla", Role.COORDINATOR)
        self.kinds = [factories.category(), factories.category("legal", sensitive=True)]
        for person in self.helpers[:2]:  # begin in the middle, where most can happen
            need = factories.need(helpers_wanted=2)
            actions.claim_need(need, by=person, weekly_limit=LIMIT)
        factories.need()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # What people do.

    @rule(wanted=st.integers(1, 3), kind=st.sampled_from([0, 0, 0, 1]), urgency=st.integers(1, 4))
    def post(self, wanted: int, kind: int, urgency: int) -> None:
        factories.need(
            category=self.kinds[kind],
            urgency=urgency,
            helpers_wanted=wanted,
            details=Details(name="Ana", email="ana@people.example"),
        )

    @rule(n=which, who=which)
    def claim(self, n: int, who: int) -> None:
        self.on_need(n, actions.claim_need, by=self.helper(who), weekly_limit=LIMIT)

    @rule(n=which, who=which)
    def assign(self, n: int, who: int) -> None:
        self.on_need(n, actions.assign_need, to=self.helper(who), by=self.desk)

    @rule(n=which, who=which)
    def reassign(self, n: int, who: int) -> None:
        self.on_claim(n, actions.reassign_claim, to=self.helper(who), by=self.desk)

    @rule(n=which, name=st.sampled_from(["say_in_touch", "release_claim", "deliver_claim"]))
    def the_volunteer_goes_on(self, n: int, name: str) -> None:
        if claim := self.pick(Claim, n):
            self.attempt(getattr(actions, name), claim, by=volunteer(claim.volunteer))

    @rule(n=which, days=st.integers(0, 9))
    def agree_on_a_day(self, n: int, days: int) -> None:
        day = timezone.localdate() + timedelta(days=days)
        self.on_claim(n, actions.agree_on_day, day=day, by=self.desk)

    @rule(n=which, name=st.sampled_from(["confirm_arrival", "need_more", "deny_arrival"]))
    def the_neighbour_answers(self, n: int, name: str) -> None:
        self.on_need(n, getattr(actions, name))

    @rule(n=which, name=st.sampled_from(["keep_open", "keep_open", "withdraw_need"]))
    def the_neighbour_decides(self, n: int, name: str) -> None:
        self.on_need(n, getattr(actions, name))

    @rule(n=which)
    def the_neighbour_wants_somebody_else(self, n: int) -> None:
        self.on_claim(n, actions.cancel_helper)

    @rule(n=which)
    def nobody_came(self, n: int) -> None:
        self.on_claim(n, actions.say_no_show, by=self.desk)

    @rule(n=which)
    def publish(self, n: int) -> None:
        self.on_need(n, actions.publish_need, by=self.desk)

    @rule(n=which, wanted=st.integers(1, 4))
    def want(self, n: int, wanted: int) -> None:
        self.on_need(n, actions.want_helpers, wanted, by=self.desk)

    @rule(
        n=which,
        name=st.sampled_from(["say_no_answer", "hold_need", "refer_need"]),
        days=st.integers(0, 9),
    )
    def put_aside(self, n: int, name: str, days: int) -> None:
        day = timezone.localdate() + timedelta(days=days)
        self.on_need(n, getattr(actions, name), until=day, by=self.desk)

    @rule(n=which)
    def resume(self, n: int) -> None:
        self.on_need(n, actions.resume_need, by=self.desk)

    @rule(n=which, into=which)
    def merge(self, n: int, into: int) -> None:
        if other := self.pick(Need, into):
            self.on_need(n, actions.merge_need, into=other, by=self.desk)

    @rule(n=which)
    def unmerge(self, n: int) -> None:
        self.on_need(n, actions.unmerge_need, by=self.desk)

    @rule(n=which, reason=st.sampled_from(CloseReason))
    def close(self, n: int, reason: CloseReason) -> None:
        self.on_need(n, actions.close_need, by=self.desk, reason=reason)

    @rule(hours=st.sampled_from([1, 5, 25, 49, 24 * 4, 24 * 15]))
    def time_passes(self, hours: int) -> None:
        later(hours=hours)
        tasks.sweep()
        before = self.record()
        tasks.sweep()
        assert self.record() == before, "a second clock changed something"

    @rule(n=which, who=which)
    def somebody_looks(self, n: int, who: int) -> None:
        """Only who is on her way gets to see it, and then it is written down."""
        claim, person = self.pick(Claim, n), self.helper(who)
        if claim is None:
            return
        hers = claim.volunteer == person and claim.state in ON_THE_WAY
        assert can_see_contact(person, claim) == hers
        before = ContactLook.objects.count()
        seen = self.attempt(actions.contact_of_claim, claim, by=person)
        assert ContactLook.objects.count() - before == bool(seen)
        assert hers or not seen

    # What must hold.

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

    # How.

    def pick(self, model: Any, n: int) -> Any:
        """One of the latest six, or None while there is none."""
        latest = list(model.objects.order_by("-pk")[:6])
        return latest[n % len(latest)] if latest else None

    def helper(self, n: int) -> User:
        return self.helpers[n % len(self.helpers)]

    @property
    def desk(self) -> Any:
        return coordinator(self.carla)

    def on_need(self, n: int, action: Any, *given: Any, **how: Any) -> None:
        if need := self.pick(Need, n):
            self.attempt(action, need, *given, **how)

    def on_claim(self, n: int, action: Any, **how: Any) -> None:
        if claim := self.pick(Claim, n):
            self.attempt(action, claim, **how)

    def attempt(self, action: Any, *given: Any, **how: Any) -> Any:
        """Taken, it leaves a line of history and nothing half done; refused, it leaves no trace."""
        before, lines = self.record(), NeedEvent.objects.count()
        try:
            with transaction.atomic():
                done = action(*given, **how)
        except REFUSED:
            assert self.record() == before
            return None
        looked = action is actions.contact_of_claim
        assert looked or NeedEvent.objects.count() > lines
        connection.check_constraints()
        return done

    def record(self) -> list[Any]:
        rows = [list(model.objects.order_by("pk").values_list()) for model in (Need, Claim)]
        return [*rows, NeedEvent.objects.count()]


@pytest.mark.django_db
def test_any_life_keeps_every_promise():
    run_state_machine_as_test(
        WholeLife,
        settings=settings(
            max_examples=LIVES,
            stateful_step_count=STEPS_EACH,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

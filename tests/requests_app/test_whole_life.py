"""Any life of a few needs, in any order, with time passing: what must hold, holds after each step.

`LIVES` and `STEPS_EACH` in the environment make it longer: `make lives` runs 200 of 50 steps.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    rule,
)

from mutualaid.notify.actions import give_phone
from mutualaid.people.models import Role, User
from requests_app import actions, tasks
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import volunteer
from requests_app.models import AccessLogEntry, Ask, Claim, Need
from requests_app.rules import can_see_contact
from requests_app.states import (
    ASIDE,
    ON_THE_WAY,
    WAITING,
    CloseReason,
)
from tests.support import factories
from tests.support.clock import later
from tests.support.lives import live_at_random
from tests.support.promises import Promises

LIMIT = 3
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
which = st.integers(0, 11)
"""Which of the latest six rows, or of the three people."""


class WholeLife(Promises):
    """Three people who help, the last of them new here, one who coordinates, and whatever needs come up."""

    @initialize()
    def people(self) -> None:
        self.stopped: dict[int, int] = {}
        self.kept_from: set[tuple[int, User]] = set()
        self.closing = ""
        self.swept_on = timezone.localdate()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.helpers = [factories.person(f"Helper {n}", known=n < 2) for n in range(3)]
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
            contact=ContactDetails(name="Ana", email="ana@people.example"),
        )

    @rule(who=which, kind=st.sampled_from([0, 1]))
    def a_helper_asks_with_their_account(self, who: int, kind: int) -> None:
        helper = self.helper(who)
        ask = factories.ask(factories.details(category=self.kinds[kind]), account=helper)
        self.kept_from.add((ask.pk, helper))

    @rule(n=which, kind=st.sampled_from([0, 1]))
    def it_is_of_another_kind(self, n: int, kind: int) -> None:
        self.on_need(n, actions.change_need, {"category": self.kinds[kind]})

    @rule(n=which, kind=st.sampled_from([0, 0, 0, 1]))
    def ask_for_something_else_as_well(self, n: int, kind: int) -> None:
        if ask := self.pick(Ask.objects.filter(merged_into=None), n):
            self.attempt(actions.add_needs, ask, [factories.details(category=self.kinds[kind])])

    @rule(n=which, days=st.integers(0, 9))
    def say_another_day(self, n: int, days: int) -> None:
        day = timezone.localdate() + timedelta(days=days)
        self.on_need(n, actions.change_need, {"needed_by": day})

    @rule(n=which, who=which, field=st.sampled_from(["email", "address", "keep_from"]))
    def change_the_ask(self, n: int, who: int, field: str) -> None:
        """The new e-mail may be that of someone who is on the way."""
        if ask := self.pick(Ask.objects.filter(merged_into=None), n):
            self.attempt(actions.change_ask, ask, {field: self.helper(who).email})

    @rule(n=which, who=which, by_account=st.booleans())
    def keep_it_from_somebody(self, n: int, who: int, by_account: bool) -> None:
        person = self.helper(who)
        whom = {"people": [person]} if by_account else {"contact_points": [person.email]}
        ask = self.pick(Ask.objects.filter(merged_into=None), n)
        if ask and self.attempt(
            actions.exclude, ask, by=self.coordinator, says_nothing=True, **whom
        ):
            self.kept_from.add((ask.pk, person))

    @rule(n=which, who=which)
    def somebody_gets_the_phone_of_an_ask(self, n: int, who: int) -> None:
        if ask := self.pick(Ask, n):
            give_phone(self.helper(who), ask.contact.phone)

    @rule(n=which, into=which)
    def one_household(self, n: int, into: int) -> None:
        other = self.pick(Ask, into)
        if ask := self.pick(Ask, n):
            self.attempt(
                actions.merge_asks, ask, into=other, by=self.coordinator, says_nothing=True
            )

    @rule(n=which)
    def not_one_household_after_all(self, n: int) -> None:
        if ask := self.pick(Ask.objects.exclude(merged_into=None), n):
            self.attempt(actions.unmerge_asks, ask, by=self.coordinator, says_nothing=True)

    @rule(n=which, who=which, invited=st.booleans())
    def claim(self, n: int, who: int, invited: bool) -> None:
        by = self.helper(who)
        self.on_need(n, actions.claim_need, by=by, weekly_limit=LIMIT, invited=invited)

    @rule(n=which, fine=st.booleans())
    def fine_for_someone_new(self, n: int, fine: bool) -> None:
        self.on_need(n, actions.set_for_newcomers, fine, by=self.coordinator)

    @rule(n=which, who=which)
    def assign(self, n: int, who: int) -> None:
        self.on_need(n, actions.assign_need, to=self.helper(who), by=self.coordinator)

    @rule(n=which, who=which)
    def reassign(self, n: int, who: int) -> None:
        self.on_claim(n, actions.reassign_claim, to=self.helper(who), by=self.coordinator)

    @rule(n=which, name=st.sampled_from(["report_in_touch", "release_claim", "deliver_claim"]))
    def the_volunteer_goes_on(self, n: int, name: str) -> None:
        if claim := self.pick(Claim, n):
            self.attempt(getattr(actions, name), claim, by=volunteer(claim.volunteer))

    @rule(n=which, days=st.integers(0, 9))
    def agree_on_a_day(self, n: int, days: int) -> None:
        day = timezone.localdate() + timedelta(days=days)
        self.on_claim(n, actions.agree_on_day, day=day, by=self.coordinator)

    @rule(n=which, name=st.sampled_from(["confirm_arrival", "need_more", "report_not_arrived"]))
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
        self.on_claim(n, actions.report_no_show, by=self.coordinator)

    @rule(n=which)
    def publish(self, n: int) -> None:
        self.on_need(n, actions.publish_need, by=self.coordinator)

    @rule(n=which, kind=st.sampled_from([0, 0, 1]))
    def split(self, n: int, kind: int) -> None:
        self.on_need(n, actions.split_need, into=[self.kinds[kind]], by=self.coordinator)

    @rule(weekdays=st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=2, unique=True))
    def ask_for_every_week(self, weekdays: list[str]) -> None:
        until = timezone.localdate() + timedelta(days=40)
        self.attempt(actions.repeat_need, factories.need(), weekdays=weekdays, until=until)

    @rule(n=which)
    def skip_one_day(self, n: int) -> None:
        if need := self.pick(Need.objects.exclude(series=None), n):
            self.attempt(actions.withdraw_need, need)

    @rule(n=which, who=which)
    def somebody_covers_one_day(self, n: int, who: int) -> None:
        if need := self.pick(Need.objects.exclude(series=None), n):
            self.attempt(actions.claim_need, need, by=self.helper(who), weekly_limit=LIMIT)

    @rule(n=which)
    def no_more_every_week(self, n: int) -> None:
        """Who is on the way still comes; all other days are withdrawn."""
        need = self.pick(Need.objects.exclude(series=None), n)
        if need and self.attempt(actions.stop_repeating, need, says_nothing=True):
            self.stopped[need.series_id] = need.series.needs.count()
            waiting = need.series.needs.filter(state__in=(*WAITING, *ASIDE))
            assert all(one.claims.live().exists() for one in waiting)

    @rule(n=which, wanted=st.integers(1, 4))
    def want(self, n: int, wanted: int) -> None:
        self.on_need(n, actions.set_helper_count, wanted, by=self.coordinator)

    @rule(
        n=which,
        name=st.sampled_from(["mark_unreachable", "hold_need", "refer_need"]),
        days=st.integers(0, 9),
    )
    def put_aside(self, n: int, name: str, days: int) -> None:
        day = timezone.localdate() + timedelta(days=days)
        self.on_need(n, getattr(actions, name), until=day, by=self.coordinator)

    @rule(n=which)
    def resume(self, n: int) -> None:
        self.on_need(n, actions.resume_need, by=self.coordinator)

    @rule(n=which, into=which)
    def merge(self, n: int, into: int) -> None:
        if need := self.pick(Need, n):
            other = self.pick(need.ask.needs.all(), into)
            self.attempt(actions.merge_need, need, into=other, by=self.coordinator)

    @rule(n=which)
    def unmerge(self, n: int) -> None:
        self.on_need(n, actions.unmerge_need, by=self.coordinator)

    @rule(n=which, reason=st.sampled_from(CloseReason))
    def close(self, n: int, reason: CloseReason) -> None:
        self.on_need(n, actions.close_need, by=self.coordinator, reason=reason)

    @rule(hours=st.sampled_from([1, 5, 25, 49, 24 * 4, 24 * 15]))
    def time_passes(self, hours: int) -> None:
        later(hours=hours)
        self.swept_on = timezone.localdate()
        tasks.sweep()
        before = self.record()
        tasks.sweep()
        assert self.record() == before, "a second clock changed something"

    @rule(n=which, who=which)
    def somebody_looks(self, n: int, who: int) -> None:
        """Only who is on the way gets to see it, and then it is logged."""
        claim, person = self.pick(Claim, n), self.helper(who)
        if claim is None:
            return
        may_see = claim.volunteer == person and claim.state in ON_THE_WAY
        assert can_see_contact(person, claim) == may_see
        before = AccessLogEntry.objects.count()
        seen = self.attempt(actions.contact_of_claim, claim, by=person)
        assert AccessLogEntry.objects.count() - before == bool(seen)
        assert may_see or not seen


@pytest.mark.slow
@pytest.mark.django_db
def test_any_life_keeps_every_promise():
    live_at_random(WholeLife)

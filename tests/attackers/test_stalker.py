"""Someone who looks for people: anonymous, with fresh accounts, invited, let go, blocked, once a coordinator.

They act at random, follow every link and fill in every form they see, and know all public ids. After each
answer they may have learned only what `mutualaid.promises` gives to the part they have at that moment.
`LIVES` and `STEPS_EACH` in the environment make it longer, as for `test_whole_life`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from mutualaid.matching.actions import assign
from mutualaid.matching.models import Match
from mutualaid.matching.outreach.manual import invite_one
from mutualaid.matching.tasks import sweep as match_all
from mutualaid.people.actions import block_contact_points
from mutualaid.people.decisions import NeedsTwoPeople
from mutualaid.people.models import BlockedContactPoint, Membership, Role, User
from mutualaid.promises import WHO_SEES, Field, Viewer
from requests_app import actions
from requests_app.access.links import make_link
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, Claim, Need
from tests.support import factories
from tests.support.clock import later
from tests.support.forms_seen import PageReader, SeenForm
from tests.support.lives import live_at_random

which = st.integers(0, 10_000)
START = ("/", "/board/", "/help/", "/me/", "/offer/", "/messages/", "/ask/what/", "/account/data/")
ADMIN = (
    "/admin/requests_app/ask/{ask}/contact/", "/admin/requests_app/ask/{ask}/change/",
    "/admin/requests_app/need/{need}/change/", "/admin/requests_app/need/?q={name}",
    "/admin/people/user/",
)  # fmt: skip
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
REFUSED = (
    actions.StateChanged, actions.NotForYou, actions.WeekIsFull, actions.Erased, NeedsTwoPeople,
)  # fmt: skip
LEAVES = ("/account/logout/", "/account/data/erase/")
"""What would end the attack by itself."""


class Secret(NamedTuple):
    ask: int
    field: Field


class Stalker(RuleBasedStateMachine):
    @initialize()
    def neighbourhood(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        self.carla = factories.person("Carla", Role.COORDINATOR)
        self.accounts: list[tuple[User | None, Client]] = [(None, self._browser(None))]
        self.secrets: dict[str, Secret] = {}
        self.kept_from: set[tuple[int, int]] = set()
        self.seen: dict[int, PageReader] = {}
        private = factories.category("legal", sensitive=True)
        for number, kind in enumerate([None, None, private]):
            self._someone_asks(number, **({"category": kind} if kind else {}))
        self.fresh_account()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # What the stalker does.

    @rule()
    def fresh_account(self) -> None:
        if len(self.accounts) < 4:
            user = factories.person(f"Mallory {len(self.accounts)}")
            factories.offer(by=user, per_week=50, reach_km=500)
            self.accounts.append((user, self._browser(user)))

    @rule(who=which, n=which)
    def follow_a_link(self, who: int, n: int) -> None:
        page = self.seen.get(who % len(self.accounts))
        links = [*START, *(page.links if page else ())]
        self._get(who, links[n % len(links)])

    @rule(who=which, n=which, seed=which)
    def fill_in_a_form(self, who: int, n: int, seed: int) -> None:
        page = self.seen.get(who % len(self.accounts))
        forms = page.forms if page else []
        if forms:
            self._send(who, forms[n % len(forms)], Random(seed))

    @rule(who=which, n=which, then=st.sampled_from(["", "accept/", "decline/", "think/"]))
    def answer_a_match(self, who: int, n: int, then: str) -> None:
        match = self._row(Match, n)
        if match:
            path = f"/help/{match.public_id}/{then}"
            self._post(who, path, reason="") if then else self._get(who, path)

    @rule(
        who=which, n=which, then=st.sampled_from(["", "contact/", "contact/", "release/", "done/"])
    )
    def use_a_claim(self, who: int, n: int, then: str) -> None:
        claim = self._row(Claim, n)
        if claim:
            path = f"/claims/{claim.public_id}/{then}"
            self._post(who, path, reason="") if then else self._get(who, path)

    @rule(who=which, n=which, ask_for_it=st.booleans())
    def find_a_need(self, who: int, n: int, ask_for_it: bool) -> None:
        need = self._row(Need, n)
        assert need
        path = f"/help/need/{need.public_id}/"
        self._post(who, f"{path}ask/") if ask_for_it else self._get(who, path)

    @rule(who=which, n=which, page=st.sampled_from(ADMIN), post=st.booleans())
    def try_the_admin(self, who: int, n: int, page: str, post: bool) -> None:
        need = self._row(Need, n)
        assert need
        name = next(text for text in self.secrets if text.startswith("Zsófia"))
        path = page.format(ask=need.ask_id, need=need.pk, name=name)
        self._post(who, path) if post else self._get(who, path)

    @rule(who=which, n=which)
    def guess_a_private_link(self, who: int, n: int) -> None:
        ask = self._row(Ask, n)
        assert ask
        token = make_link(ask)
        self._get(who, f"/need/{token[:-1]}{'a' if token[-1] != 'a' else 'b'}/data/")

    # What the others do.

    @rule(n=st.integers(3, 6))
    def someone_else_asks(self, n: int) -> None:
        if Ask.objects.count() < 6:
            self._someone_asks(100 + Ask.objects.count())

    @rule()
    def volunteers_are_invited(self) -> None:
        match_all()

    @rule(n=which)
    def a_coordinator_invites_them_by_hand(self, n: int) -> None:
        match = self._row(Match, n)
        if match and match.need.state == "open":
            with _refusals():
                invite_one(match, by=self.carla)

    @rule(n=which, who=which)
    def a_coordinator_gives_it_to_them(self, n: int, who: int) -> None:
        need, user = self._row(Need, n), self._user(who)
        if need and user:
            with _refusals():
                assign(need, to=user, by=coordinator(self.carla))

    @rule(n=which)
    def a_coordinator_publishes(self, n: int) -> None:
        need = self._row(Need, n)
        if need:
            with _refusals():
                actions.publish_need(need, by=coordinator(self.carla))

    @rule(n=which, who=which)
    def a_neighbour_hides_from_them(self, n: int, who: int) -> None:
        ask, user = self._row(Ask, n), self._user(who)
        if ask and user:
            with _refusals():
                spelled = user.email.upper()
                actions.exclude(ask, contact_points=[spelled], by=coordinator(self.carla))
                self.kept_from.add((ask.pk, user.pk))

    @rule(n=which)
    def a_neighbour_moves(self, n: int) -> None:
        ask = self._row(Ask, n)
        assert ask
        new = f"{1000 + len(self.secrets)} New Hideaway"
        self.secrets[new] = Secret(ask.pk, Field.ADDRESS)
        with _refusals():
            actions.change_ask(ask, {"address": new}, by=coordinator(self.carla))

    @rule(who=which, lift=st.booleans())
    def they_are_blocked(self, who: int, lift: bool) -> None:
        user = self._user(who)
        if user and not BlockedContactPoint.objects.of(str(user.email)).exists():
            with _refusals():
                block_contact_points(str(user.email), reason="threats", by=self.carla)
        elif lift:
            BlockedContactPoint.objects.all().delete()

    @rule(who=which)
    def they_become_a_coordinator_or_stop_being_one(self, who: int) -> None:
        user = self._user(who)
        if user and not Membership.objects.filter(user=user, role=Role.COORDINATOR).delete()[0]:
            Membership.objects.create(user=user, role=Role.COORDINATOR)

    @rule(days=st.integers(0, 3))
    def time_passes(self, days: int) -> None:
        later(days=days, hours=1)

    # What they may know.

    def _get(self, who: int, path: str) -> None:
        self._request(who, lambda browser: browser.get(path, follow=True))

    def _post(self, who: int, path: str, **data: str) -> None:
        self._request(who, lambda browser: browser.post(path, data, follow=True))

    def _send(self, who: int, form: SeenForm, chance: Random) -> None:
        if form.action in LEAVES:
            return
        names = [text for text in self.secrets if text.startswith("Zsófia")]
        data = form.filled(chance, ["Mallory", "2026-12-24", "1", "mallory@people.example", *names])
        if form.method == "post":
            self._request(
                who, lambda browser: browser.post(form.action or "/me/", data, follow=True)
            )
        else:
            self._request(who, lambda browser: browser.get(form.action or "/", data, follow=True))

    def _request(self, who: int, send: Callable[[Client], Any]) -> None:
        number = who % len(self.accounts)
        user, browser = self.accounts[number]
        before = self._may_know(user)
        with transaction.atomic():
            answer = send(browser)
        assert answer.status_code < 500
        page = answer.content.decode(errors="replace")
        typed = answer.wsgi_request.GET.get("q", "") + repr(dict(answer.wsgi_request.POST))
        learned = {s for text, s in self.secrets.items() if text in page and text not in typed}
        assert learned <= before | self._may_know(user), answer.wsgi_request.path
        self.seen[number] = PageReader(page)
        if user and "_auth_user_id" not in browser.session:
            with transaction.atomic():
                if User.objects.filter(pk=user.pk, is_active=True).exists():
                    browser.force_login(user, backend=BACKEND)

    def _may_know(self, user: User | None) -> set[Secret]:
        """What they may read now, told from the rows and not by the rules of the product."""
        if user is None or not User.objects.filter(pk=user.pk, is_active=True).exists():
            return set()
        return {
            Secret(ask.pk, field)
            for ask in Ask.objects.all()
            for part in self._parts(user, ask)
            for field, viewers in WHO_SEES.items()
            if part in viewers
        }

    def _parts(self, user: User, ask: Ask) -> set[Viewer]:
        if Membership.objects.filter(user=user, role=Role.COORDINATOR).exists():
            return {Viewer.COORDINATOR}
        if (ask.pk, user.pk) in self.kept_from:
            return set()
        parts = set()
        on_the_way = {"claimed", "contacted", "scheduled"}
        if Claim.objects.filter(need__ask=ask, volunteer=user, state__in=on_the_way).exists():
            parts.add(Viewer.HELPER)
        invited = Match.objects.filter(need__ask=ask, offer__volunteer=user, need__state="open")
        if invited.filter(state__in=["notified", "seen"]).exists():
            parts.add(Viewer.INVITED)
        return parts

    def _browser(self, user: User | None) -> Client:
        browser = Client()
        if user:
            browser.force_login(user, backend=BACKEND)
        return browser

    def _user(self, who: int) -> User | None:
        return self.accounts[who % len(self.accounts)][0]

    def _row(self, model: Any, n: int) -> Any:
        rows = model.objects.order_by("-pk")
        return rows[n % rows.count()] if rows.exists() else None

    def _someone_asks(self, number: int, **fields: Any) -> None:
        """Every detail can be told from that of every other ask."""
        told = {
            Field.NAME: f"Zsófia-{number}-nary",
            Field.PHONE: f"555 98{number:03} 6543",
            Field.EMAIL: f"zsofia{number}@secret.example",
            Field.ADDRESS: f"{number} Canary Terrace",
            Field.TIMES: f"when canary {number} sings",
            Field.KEEP_FROM: f"canary {number} and their brother" if number == 1 else "",
        }
        notes = f"the blue note of canary {number}"
        details: dict[str, Any] = {field.value: text for field, text in told.items()}
        contact = ContactDetails(**details)
        ask = factories.need(contact=contact, notes=notes, **fields).ask
        told[Field.NOTES] = notes
        self.secrets |= {text: Secret(ask.pk, field) for field, text in told.items() if text}


@contextmanager
def _refusals() -> Iterator[None]:
    """What the others may not do just now is left undone."""
    try:
        with transaction.atomic():
            yield
    except REFUSED:
        pass


@pytest.mark.slow
@pytest.mark.django_db
def test_whoever_looks_for_people_learns_no_more_than_the_pages_promise():
    live_at_random(Stalker)

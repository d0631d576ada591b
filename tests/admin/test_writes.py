"""Whatever a coordinator changes leaves what the same change on a page would: history, and messages.

One table: what is sent, which events it leaves in the history of needs, and whom it tells. Who writes is
watched: always an action, never the form.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from mutualaid.matching.actions import accept, match_for
from mutualaid.matching.models import Match, NeedSearch, ScoringWeights
from mutualaid.notify.models import CallTask, Notification
from mutualaid.people.models import BlockedContactPoint, User
from offers_app.models import Offer
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import AccessLogEntry, Ask, Claim, ContactLogEntry, Need, NeedEvent
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.admin_form import as_it_stands, contact_as_it_stands
from tests.support.people import comes_onto_the_call_list
from tests.support.who_writes import watched

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ANA = ContactDetails(name="Ana", email="ana@people.example", address="7 Hill Road")


@dataclass
class Here:
    """Sam is on his way to `taken`; he and Vera fit `open_need`, and no one was invited yet."""

    admin: Client
    carla: User
    sam: User
    vera: User
    taken: Need
    open_need: Need
    triage: Need

    @property
    def claim(self) -> Claim:
        return Claim.objects.get(need=self.taken)

    def change(self, row: Any, **typed: Any) -> Any:
        path = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"
        shown = as_it_stands(self.admin, path)
        return lambda: self.admin.post(path, shown | typed)

    def contact(self, ask: Ask, **typed: Any) -> Any:
        path = f"/admin/requests_app/ask/{ask.pk}/contact/"
        shown = contact_as_it_stands(self.admin, path)
        return lambda: self.admin.post(path, shown | typed)

    def step(self, row: Any, name: str, **typed: Any) -> Any:
        path = f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{name}/"
        return lambda: self.admin.post(path, typed)

    def act(self, row: Any, action: str, **beside: str) -> Any:
        path = f"/admin/{row._meta.app_label}/{row._meta.model_name}/"
        body = {"action": action, "_selected_action": row.pk, **beside}
        return lambda: self.admin.post(path, body)

    def undo_closing(self) -> Any:
        needs, by = [self.taken, self.open_need], coordinator(self.carla)
        code = actions.close_needs(needs, by=by, reason=CloseReason.UNABLE).code
        return lambda: self.admin.post(f"/admin/requests_app/need/undo/{code}/")

    def exclude(self, person: User) -> Any:
        rows = {"exclusions-TOTAL_FORMS": 1, "exclusions-0-person": person.pk}
        return self.change(self.taken.ask, **rows)

    def end_exclusion(self) -> Any:
        self.taken.ask.exclusions.create(person=self.vera)
        return self.change(self.taken.ask, **{"exclusions-0-DELETE": "on"})

    def match(self, do: str) -> Any:
        match = Match.objects.get(need=self.open_need, offer__volunteer=self.sam)
        return self.step(self.open_need, "invitations", do=do, match=match.pk)

    def reassign(self) -> Any:
        claim = self.claim.public_id
        return self.step(self.taken, "helpers", claim=claim, what="reassign", other=self.vera.pk)

    def double(self) -> Need:
        return factories.need(of=self.open_need.ask)

    def merged(self) -> Ask:
        other = factories.ask(contact=ANA)
        actions.merge_asks(other, into=self.open_need.ask, by=coordinator(self.carla))
        return other

    def to_ring(self) -> Ask:
        Ask.objects.filter(pk=self.taken.ask_id).update(call_back_at=timezone.now())
        return self.taken.ask

    def held(self) -> Need:
        day = timezone.localdate() + timedelta(days=1)
        actions.hold_need(self.open_need, until=day, by=coordinator(self.carla))
        return self.open_need

    def put_together(self) -> Need:
        double = self.double()
        actions.merge_need(double, into=self.open_need, by=coordinator(self.carla))
        return double

    def call(self, about_id: int | None = None) -> CallTask:
        about = about_id or self.claim.pk
        row = Notification.objects.create(kind="need_followup", about_id=about, key="c")
        return comes_onto_the_call_list(row)

    def points(self) -> ScoringWeights:
        factories.set_points()
        return ScoringWeights.objects.get()

    def stuck(self) -> Notification:
        row = Notification.objects.earliest("pk")
        Notification.objects.filter(pk=row.pk).update(state="failed", sent_at=None)
        return row

    def lift(self) -> Any:
        block = BlockedContactPoint.objects.create(fingerprint="0" * 32, reason="adverts")
        path = f"/admin/people/blockedcontactpoint/{block.pk}/delete/"
        return lambda: self.admin.post(path, {"post": "yes"})

    def block(self, address: str) -> Any:
        path = "/admin/people/blockedcontactpoint/add/"
        return lambda: self.admin.post(path, {"address": address, "reason": "threats"})


@pytest.fixture
def here(admin: Client, carla: User, sam: User, vera: User) -> Here:
    for person in (sam, vera):
        factories.offer(by=person)
    taken, open_need = factories.need(contact=ANA, notes="One bag"), factories.need(contact=ANA)
    for need in (taken, open_need):
        for person in (sam, vera):
            assert match_for(person, need)
    accept(Match.objects.get(need=taken, offer__volunteer=sam))
    quiet = factories.category("papers", sensitive=True)
    triage = factories.need(contact=ANA, category=quiet)
    for need in (taken, open_need, triage):
        need.refresh_from_db()
    return Here(admin, carla, sam, vera, taken, open_need, triage)


@dataclass
class Write:
    """What is sent, and what it leaves. `history`: a line of Django's log, where there are no events."""

    name: str
    prepare: Callable[[Here], Callable[[], Any]]
    events: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    history: bool = False
    logged: bool = False
    """A line of the contact log."""


IN_DAYS = (timezone.localdate() + timedelta(days=3)).isoformat()
ENDED = {"claim_ended", "need_reopened"}
MADE = {"claim_made", "need_claimed"}
WRITES = (
    Write("address", lambda h: h.contact(h.taken.ask, address="8"), {"change"}, {"need_changed"}),
    Write(
        "notes",
        lambda h: h.contact(h.taken.ask, **{f"notes-{h.taken.pk}": "Two bags"}),
        {"change"},
        {"need_changed"},
    ),
    Write("day", lambda h: h.change(h.taken, needed_by=IN_DAYS), {"change"}, {"need_changed"}),
    Write("urgency", lambda h: h.change(h.open_need, urgency=4), {"change"}),
    Write(
        "for whom",
        lambda h: h.change(h.taken.ask, for_whom="someone_else"),
        {"change"},
        {"need_changed"},
    ),
    Write("exclude", lambda h: h.exclude(h.sam), {"change", "release", "reread"}, ENDED),
    Write("end exclusion", lambda h: h.end_exclusion(), {"change"}),
    Write("publish", lambda h: h.act(h.triage, "publish"), {"publish"}, {"need_opened"}),
    Write("release", lambda h: h.act(h.taken, "release"), {"release"}, ENDED),
    Write(
        "close",
        lambda h: h.act(h.taken, "close", close_reason="unable"),
        {"close"},
        {"claim_ended", "need_closed"},
    ),
    Write("undo closing", lambda h: h.undo_closing(), {"reopen"}),
    Write("no answer", lambda h: h.act(h.open_need, "no_answer", until=IN_DAYS), {"no_answer"}),
    Write("hold", lambda h: h.act(h.open_need, "hold", until=IN_DAYS), {"hold"}),
    Write("refer", lambda h: h.act(h.open_need, "refer", until=IN_DAYS), {"refer"}),
    Write("wanted", lambda h: h.step(h.taken, "helpers", wanted=2), {"set_helper_count"}),
    Write("reassign", lambda h: h.reassign(), {"reassign"}, {"claim_ended", *MADE}),
    Write(
        "no show",
        lambda h: h.step(h.taken, "helpers", claim=h.claim.public_id, what="no_show"),
        {"no_show"},
        ENDED,
    ),
    Write(
        "split",
        lambda h: h.step(h.open_need, "split", into=[factories.category("water").pk]),
        {"split", "post"},
    ),
    Write("assign", lambda h: h.step(h.open_need, "assign", other=h.vera.pk), {"assign"}, MADE),
    Write(
        "same household",
        lambda h: h.step(h.open_need.ask, "same-household", other=h.taken.ask.code, keep="other"),
        {"merge"},
        {"ask_link"},
    ),
    Write(
        "not one household",
        lambda h: h.step(h.merged(), "not-one-household"),
        {"unmerge"},
        {"ask_link"},
    ),
    Write(
        "call not reached", lambda h: h.step(h.to_ring(), "call", outcome="no_answer"), logged=True
    ),
    Write("resume", lambda h: h.act(h.held(), "resume"), {"resume"}),
    Write(
        "unmerge", lambda h: h.step(h.put_together(), "step", do="unmerge"), {"unmerge", "change"}
    ),
    Write(
        "different people",
        lambda h: h.step(h.open_need.ask, "different-people", other=h.taken.ask.code),
        {"change"},
    ),
    Write(
        "same need",
        lambda h: h.step(h.double(), "same-need", into=h.open_need.pk),
        {"merge", "change"},
    ),
    Write("invite", lambda h: h.match("invite"), told={"need_fits"}, history=True),
    Write("invite first", lambda h: h.match("pin"), history=True),
    Write("leave out", lambda h: h.match("leave_out"), history=True),
    Write("stop", lambda h: h.step(h.open_need, "invitations", do="stop"), history=True),
    Write("name", lambda h: h.change(h.sam, name="Samuel"), history=True),
    Write("known to the group", lambda h: h.change(h.sam, vetted="on"), history=True),
    Write("roles", lambda h: h.change(h.sam, roles=["volunteer"]), history=True),
    Write("switch off", lambda h: h.step(h.sam, "switch"), {"release"}, ENDED, history=True),
    Write(
        "block", lambda h: h.block(str(h.sam.email)), {"release"}, {"need_reopened"}, history=True
    ),
    Write("lift a block", lambda h: h.lift(), history=True),
    Write("offer", lambda h: h.change(h.sam.offer, reach_km=7), history=True),
    Write("pause an offer", lambda h: h.act(h.sam.offer, "pause"), history=True),
    Write("end an offer", lambda h: h.act(h.sam.offer, "end"), history=True),
    Write("area", lambda h: h.change(h.taken.locality, name="Riverbank"), history=True),
    Write("kind", lambda h: h.change(h.taken.category, days_to_live=7), history=True),
    Write("points", lambda h: h.change(h.points(), near=50), history=True),
    Write("try again", lambda h: h.act(h.stuck(), "try_again"), history=True),
    Write("was told", lambda h: h.act(h.stuck(), "was_told"), history=True),
    Write("take a call", lambda h: h.act(h.call(), "take"), history=True),
    Write("call reached", lambda h: h.act(h.call(), "reached"), logged=True),
    Write("call not answered", lambda h: h.act(h.call(), "no_answer"), logged=True),
    Write("call about what is gone", lambda h: h.act(h.call(9**9), "reached"), history=True),
)


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.name)
def test_each_change_leaves_history_and_tells_whom_it_concerns(here, write):
    send = write.prepare(here)
    events, told, lines = (rows(model) for model in (NeedEvent, Notification, LogEntry))
    calls = rows(ContactLogEntry)
    with watched() as by:
        assert send().status_code == 302
    new = NeedEvent.objects.exclude(pk__in=events)
    assert set(new.values_list("action", flat=True)) == write.events
    assert {event.actor.name for event in new} <= {"Carla"}
    assert (
        set(Notification.objects.exclude(pk__in=told).values_list("kind", flat=True)) == write.told
    )
    log = LogEntry.objects.exclude(pk__in=lines)
    assert log.exists() == write.history
    assert ContactLogEntry.objects.exclude(pk__in=calls).exists() == write.logged
    assert not any("Sam" in line.object_repr + line.change_message for line in log)
    assert by - {""}, "no action wrote anything"


def rows(model: Any) -> list[int]:
    return list(model.objects.values_list("pk", flat=True))


def test_each_look_and_each_code_is_in_the_list_that_the_neighbour_sees(here):
    for page in ("contact", "code"):
        with watched():
            here.step(here.taken.ask, page)()
    assert AccessLogEntry.objects.filter(ask=here.taken.ask, by_kind="coordinator").count() == 2


@pytest.mark.parametrize("typed", [{"needed_by": IN_DAYS}, {"week_parts": ["4"]}])
def test_after_a_change_an_open_need_is_matched_anew(here, typed):
    Offer.objects.filter(volunteer=here.vera).update(week_parts=1)
    Need.objects.update(match_due_at=None)
    here.change(here.open_need, **typed)()
    need = Need.objects.get(pk=here.open_need.pk)
    assert need.match_due_at
    assert not need.matches.exists()


def test_what_changes_nothing_leaves_nothing(here):
    for send in (here.change(here.taken), here.contact(here.taken.ask), here.change(here.sam)):
        before = (rows(NeedEvent), rows(Notification), rows(LogEntry))
        assert send().status_code == 302
        assert (rows(NeedEvent), rows(Notification), rows(LogEntry)) == before
    assert not NeedSearch.objects.filter(stopped=True).exists()

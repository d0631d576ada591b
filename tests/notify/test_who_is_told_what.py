"""Who is told what: the table of the design, each row driven through what people and the clock really do.

A line says what a step tells the neighbour, the volunteers and the coordinators. A word like `need_received`
is a kind of message; `look:today` is an attention item, `team_chat_lapsed` is said in the team chat.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.matching import actions as matching
from mutualaid.matching import tasks as matching_tasks
from mutualaid.matching.attention import counts
from mutualaid.matching.models import Match, NeedSearch
from mutualaid.notify.inbound.feedback import take_next_way
from mutualaid.notify.models import Attempt, Notification
from mutualaid.notify.registry import compose_if_there
from mutualaid.notify.tasks import sweep as send_what_waits
from mutualaid.people.models import Role, User
from offers_app import tasks as offers_tasks
from offers_app.models import Offer
from requests_app import actions
from requests_app import tasks as needs_tasks
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Need
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.clock import later
from tests.support.people import MAIL, PHONE, spoken_with

pytestmark = pytest.mark.django_db
TABLE = """
    EVENT               NEIGHBOUR         VOLUNTEER             COORDINATOR
    received            need_received     -                     look:read,team_chat_triage
    opened              need_opened       need_fits             -
    claimed             need_claimed      claim_made,need_taken coordinator_supports_claim
    day_agreed          need_agreed       -                     -
    not_in_touch        -                 claim_reminder        look:silent
    lapsed              need_reopened     claim_lapsed          look:back,look:unlooked,team_chat_lapsed
    released            need_reopened     claim_let_go          look:back,look:unlooked
    delivered           need_delivered    claim_done            look:unconfirmed
    not_arrived         -                 -         look:back,look:denied,look:unlooked,team_chat_not_arrived
    arrived             -                 claim_confirmed       coordinator_need_closed
    all_asked           need_all_invited  -                     look:asked,team_chat_all_invited
    a_day_after_that    -                 need_fits             -
    ends_tomorrow       need_expiring     need_fits             look:ending
    expired             need_expired      -                     coordinator_need_closed
    closed_by_another   need_closed       -                     coordinator_need_closed
    offer_grown_old     -                 offer_reconfirm       -
    a_week_passed       -                 -                     coordinator_week
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]


class Day:
    """Ana asks, Sam and Vera offer, Carla reads what comes in; Dora coordinates too."""

    contact = MAIL

    def __init__(self) -> None:
        self.carla = factories.person("Carla", Role.COORDINATOR)
        self.dora = factories.person("Dora", Role.COORDINATOR)
        self.sam, self.vera = factories.person("Sam"), factories.person("Vera")
        self.so_far()

    def so_far(self) -> None:
        """What was told until now is not what the next step tells."""
        self.told_before = set(Notification.objects.values_list("pk", flat=True))
        self.looks_before = counts()

    def told(self) -> dict[str, set[str]]:
        """What was told since, to whom. All of it can be said."""
        told: dict[str, set[str]] = {"neighbour": set(), "volunteer": set(), "coordinator": set()}
        for row in Notification.objects.exclude(pk__in=self.told_before):
            assert compose_if_there(row.kind, row.about_id), row.kind
            told[self.part_of(row)].add(row.kind)
        after = counts()
        told["coordinator"] |= {f"look:{w}" for w in after if after[w] > self.looks_before[w]}
        return told

    def part_of(self, row: Notification) -> str:
        if row.recipient in (self.carla, self.dora) or row.kind.startswith("team_chat_"):
            return "coordinator"
        return "volunteer" if row.recipient else "neighbour"

    def received(self) -> None:
        self.need = factories.need(contact=self.contact)

    def opened(self) -> None:
        self.received()
        for person in (self.sam, self.vera):
            factories.offer(by=person)
        self.so_far()
        actions.publish_need(self.need, by=coordinator(self.carla))
        matching_tasks.sweep()

    def claimed(self) -> None:
        """Sam says yes, while Vera is thinking about it."""
        self.opened()
        matching.think_about(self.match_of(self.vera))
        self.so_far()
        self.claim = matching.accept(self.match_of(self.sam))

    def day_agreed(self) -> None:
        self.claimed()
        self.so_far()
        actions.agree_on_day(self.claim, day=timezone.localdate(), by=volunteer(self.sam))

    def not_in_touch(self) -> None:
        self.claimed()
        self.so_far()
        later(hours=25)
        needs_tasks.sweep()

    def lapsed(self) -> None:
        self.not_in_touch()
        self.so_far()
        later(hours=25)
        needs_tasks.sweep()

    def released(self) -> None:
        self.claimed()
        self.so_far()
        actions.release_claim(self.claim, by=volunteer(self.sam))

    def delivered(self) -> None:
        self.claimed()
        self.so_far()
        actions.deliver_claim(self.claim, by=volunteer(self.sam))

    def not_arrived(self) -> None:
        self.delivered()
        self.so_far()
        actions.report_not_arrived(self.need)

    def arrived(self) -> None:
        self.delivered()
        self.so_far()
        actions.confirm_arrival(self.need)

    def all_asked(self) -> None:
        self.opened()
        self.so_far()
        self.hours_pass(3)

    def a_day_after_that(self) -> None:
        self.all_asked()
        self.so_far()
        self.hours_pass(25)

    def ends_tomorrow(self) -> None:
        self.opened()
        self.hours_pass(7)
        self.so_far()
        Need.objects.update(needed_by=None, open_until=timezone.now() + timedelta(hours=23))
        needs_tasks.sweep()
        matching_tasks.sweep()

    def expired(self) -> None:
        self.opened()
        later(hours=7)
        Need.objects.update(needed_by=None, open_until=timezone.now() + timedelta(hours=23))
        needs_tasks.sweep()
        self.so_far()
        later(hours=25)
        needs_tasks.sweep()

    def closed_by_another(self) -> None:
        self.opened()
        self.so_far()
        actions.close_need(self.need, by=coordinator(self.dora), reason=CloseReason.OTHER_HELP)

    def offer_grown_old(self) -> None:
        factories.offer(by=self.sam)
        self.so_far()
        Offer.objects.update(confirmed_at=timezone.now() - timedelta(days=60))
        offers_tasks.sweep()

    def a_week_passed(self) -> None:
        self.received()
        self.so_far()
        matching_tasks.tell_the_week()

    def match_of(self, person: User) -> Match:
        found = matching.match_for(person, self.need)
        assert found
        return found

    def hours_pass(self, hours: int) -> None:
        span = timedelta(hours=hours)
        for need in Need.objects.all():
            past = {"created_at": need.created_at - span, "match_due_at": timezone.now() - span}
            Need.objects.filter(pk=need.pk).update(**past)
        for match in Match.objects.exclude(invited_at=None):
            Match.objects.filter(pk=match.pk).update(invited_at=match.invited_at - span)
        for search in NeedSearch.objects.exclude(handed_over_at=None):
            NeedSearch.objects.filter(pk=search.pk).update(
                handed_over_at=search.handed_over_at - span
            )
        matching_tasks.sweep()


@pytest.fixture
def day(settings) -> Day:
    factories.set_policy(needs_open_at_once=False)
    settings.TEAM_CHAT_URLS = ["json://127.0.0.1:9/"]
    return Day()


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_step_tells_all_three_what_the_table_says(day, row):
    event, *expected = row
    getattr(day, event)()
    words = [set() if cell == "-" else set(cell.split(",")) for cell in expected]
    assert list(day.told().values()) == words


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize("row", [row for row in ROWS if row[1] != "-"], ids=lambda row: row[0])
def test_what_a_mail_said_that_came_back_is_said_by_phone(day, row):
    """The way fails: whatever the neighbour was told, a coordinator tells them."""
    day.contact = replace(MAIL, phone=PHONE)
    getattr(day, row[0])()
    told = Notification.objects.filter(recipient=None).exclude(pk__in=day.told_before)
    to_ana = told.exclude(kind__startswith="team_chat_")
    to_ana.update(due_at=Now())
    send_what_waits()
    for attempt in Attempt.objects.filter(notification__in=to_ana, channel="email"):
        take_next_way(attempt, error="Bounced")
    send_what_waits()
    assert {row.kind: row.state for row in to_ana} == {row[1]: "to_call"}


@pytest.mark.one_database
@pytest.mark.slow
@pytest.mark.parametrize("row", [row for row in ROWS if row[1] != "-"], ids=lambda row: row[0])
@pytest.mark.parametrize("ways", ["sms,email", "email,sms"])
def test_what_the_neighbour_is_told_goes_by_the_way_they_want_first(
    day, row, ways, settings, tmp_path
):
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path
    day.contact = replace(MAIL, phone=PHONE, channels=ways)
    getattr(day, row[0])()
    spoken_with(day.need)
    told = Notification.objects.filter(recipient=None).exclude(pk__in=day.told_before)
    to_ana = told.exclude(kind__startswith="team_chat_")
    to_ana.update(due_at=Now())
    send_what_waits()
    went = set(to_ana.values_list("kind", "attempts__channel", "attempts__state"))
    assert went == {(row[1], ways.split(",")[0], "sent")}


def test_the_neighbour_is_never_asked_twice_at_once_whether_they_still_need_it(day):
    day.opened()
    Need.objects.update(needed_by=None, open_until=timezone.now() + timedelta(hours=47))
    day.hours_pass(3)
    later(hours=24)
    needs_tasks.sweep()
    kinds = Notification.objects.values_list("kind", flat=True)
    assert [kind for kind in kinds if kind in ("need_all_invited", "need_expiring")] == [
        "need_expiring"
    ]


def test_who_kept_silent_is_invited_again_once_and_who_is_thinking_is_left_in_peace(day):
    day.opened()
    matching.think_about(day.match_of(day.vera))
    for hours in (3, 25, 25, 25):
        day.hours_pass(hours)
    asked = Notification.objects.filter(kind="need_fits")
    assert asked.filter(recipient=day.sam).count() == 2
    assert asked.filter(recipient=day.vera).count() == 1

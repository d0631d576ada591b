"""The board: what waits now, today and this week, each number its list, and how it goes beside it."""

import gzip
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mutualaid.matching import tasks
from mutualaid.matching.attention import ATTENTION_ITEMS
from mutualaid.notify.models import Notification
from mutualaid.people.models import Membership, Role, User
from offers_app.models import Offer
from requests_app.actions import claim_need, confirm_arrival, deliver_claim
from requests_app.lifecycle.actors import volunteer
from requests_app.models import AskContact, Claim, Need, NeedEvent
from tests.support import factories
from tests.support.people import MAIL, comes_onto_the_call_list

pytestmark = pytest.mark.django_db
NEEDS = "/admin/requests_app/need/"
BANDS = re.compile(r'<section class="band (\w+)".*?</section>', re.DOTALL)


@pytest.fixture
def desk(carla: User, signed_in: Callable[[User], Client]) -> Client:
    return signed_in(carla)


def board(browser: Client, query: str = "") -> str:
    answer = browser.get(f"/admin/{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def band(page: str, name: str) -> str:
    return next((found.group(0) for found in BANDS.finditer(page) if found.group(1) == name), "")


def days_old(need: Need, days: float) -> Need:
    Need.objects.filter(pk=need.pk).update(created_at=timezone.now() - timedelta(days=days))
    return need


def test_what_should_have_gone_out_is_said_first(desk):
    factories.need(contact=MAIL)
    label = "messages that should have gone out 10 minutes ago"
    assert label not in band(board(desk), "now")
    Notification.objects.update(due_at=timezone.now() - timedelta(minutes=11))
    assert label in band(board(desk), "now")


def test_on_an_empty_site_nothing_is_loud(desk):
    page = board(desk)
    assert "Nothing waits just now." in page
    assert "No one has asked for anything in the last 8 weeks." in page
    assert not BANDS.search(page)
    assert "<strong>" not in page.split('id="figures"')[0].split('class="board"')[1]
    assert (
        "for today or earlier, and no one is coming yet" in page.split("There is none of these:")[1]
    )
    assert "Too few needs found someone" in page


def test_what_has_a_number_stands_in_its_band_and_all_else_is_quiet(desk):
    factories.need(urgency=4)
    days_old(factories.need(), 4)
    tasks.sweep()
    page = board(desk)
    shown = {
        name: re.findall(r'look=(\w+)"><strong>(\d+)', band(page, name))
        for name in ("now", "today", "week")
    }
    assert shown == {"now": [("today", "1")], "today": [("nobody", "2")], "week": [("long", "1")]}
    quiet = page.split("There is none of these:")[1]
    assert "open, and no one is left" in quiet
    assert "open, and no one fits" not in quiet


def test_before_the_software_looked_it_does_not_say_that_no_one_fits(desk):
    factories.need()
    page = board(desk)
    assert "open, and no one fits" not in band(page, "today")
    assert '?look=unlooked"><strong>1</strong>' in band(page, "today")


@pytest.mark.parametrize("key", ATTENTION_ITEMS)
def test_each_number_of_needs_has_a_list_that_can_be_opened(desk, key):
    factories.need()
    assert desk.get(f"{NEEDS}?look={key}").status_code == 200


def test_each_number_leads_to_a_list_of_exactly_so_many(desk, sam, vera):
    """Of each kind of row there is something; a number without a list of rows is none of these."""
    harbour = factories.locality("harbour")
    for state, columns in (
        ("triage", {}),
        ("triage", {"held_back": "site"}),
        ("triage", {"held_back": "trap", "locality": harbour}),
        ("open", {"urgency": 4}),
        ("open", {"warned_at": timezone.now()}),
        ("on_hold", {"aside_until": timezone.localdate()}),
        ("delivered", {"locality": harbour}),
    ):
        need = factories.need()
        Need.objects.filter(pk=need.pk).update(state=state, **columns)
    days_old(factories.need(), 4)
    silent = claim_need(factories.need(), by=sam, weekly_limit=3)
    Claim.objects.filter(pk=silent.pk).update(reminded_at=timezone.now())
    factories.offer(by=vera)
    Offer.objects.update(state="needs_reconfirm")
    factories.ask(contact=MAIL)
    Notification.objects.filter(kind="need_received").update(state="failed")
    comes_onto_the_call_list(Notification.objects.get(kind="claim_made"))
    links = re.findall(r'<a href="([^"]+)"><strong>(\d+)</strong>', board(desk))
    assert len(links) > 10
    listed = {link: rows_on(desk.get(unescape(link))) for link, _ in links}
    assert listed == {link: int(many) for link, many in links}


def rows_on(answer: Any) -> int:
    """How many rows the list of this page has; of the page of duplicates, how many clusters."""
    clusters = answer.context.get("clusters")
    return len(clusters) if clusters is not None else answer.context["cl"].result_count


def test_offers_that_are_to_be_confirmed_lead_to_the_offers(desk, sam, vera):
    factories.offer(by=sam)
    factories.offer(by=vera)
    Offer.objects.filter(volunteer=sam).update(state="needs_reconfirm")
    link = "/admin/offers_app/offer/?state__exact=needs_reconfirm"
    assert f'<a href="{link}"><strong>1</strong>' in band(board(desk), "today")
    listed = desk.get(link).content.decode()
    assert "Sam" in listed
    assert "Vera" not in listed


def test_a_message_that_did_not_go_out_is_for_now(desk):
    factories.ask(contact=MAIL)
    Notification.objects.update(state="failed")
    assert "<strong>1</strong> message that did not go out" in band(board(desk), "now")


# Who sees what of it.


def found_someone(hours: float, days_ago: float = 3) -> Need:
    """A need of some days ago, to which someone said yes after so many hours, and it arrived."""
    asked_at = timezone.now() - timedelta(days=days_ago)
    need = factories.need(created_at=asked_at)
    by = factories.person()
    claim = claim_need(need, by=by, weekly_limit=1)
    deliver_claim(claim, by=volunteer(by))
    confirm_arrival(need)
    Claim.objects.filter(need=need).update(claimed_at=asked_at + timedelta(hours=hours))
    return need


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SITE_KEEPER])
def test_who_may_open_no_need_sees_numbers_without_links_kinds_and_areas(signed_in, role):
    factories.locality("harbour", lat=0.1)
    factories.need(urgency=4)
    page = board(signed_in(factories.person("Noor", role)))
    assert "<span><strong>1</strong> for today or earlier, and no one is coming yet</span>" in page
    assert "look=" not in page
    assert "Asked and met" in page
    for kept in ("Groceries", "Riverside", "<path class="):
        assert kept not in page


def test_no_personal_detail_stands_on_it(desk, sam):
    factories.need(contact=factories.ANA, notes="Third door")
    claim_need(factories.need(), by=sam, weekly_limit=1)
    page = board(desk)
    for kept in ("Ana", "555 0100", "7 Hill Road", "Third door", "Sam"):
        assert kept not in page
    assert AskContact.objects.exists()


def test_their_own_areas_come_first_in_every_figure_and_all_in_one_tap(desk, carla):
    harbour = factories.locality("harbour", lat=0.1)
    for area in (harbour, factories.locality()):
        factories.need(locality=area, urgency=4)
    Membership.objects.get(user=carla, role=Role.COORDINATOR).areas.set([harbour])
    for query, many, shows in (("", 1, False), ("?areas=all", 2, True)):
        page = board(desk, query)
        assert f"<strong>{many}</strong> for today" in page
        assert (">Riverside</a>" in page) is shows
        assert ">Harbour</a>" in page
    assert "look=today&amp;areas=all" in page
    (riverside_list,) = re.findall(r'href="([^"]+)">Riverside</a>', page)
    assert "1 row" in desk.get(riverside_list.replace("&amp;", "&")).content.decode()


# How it goes.


def cells(page: str, after: str) -> list[list[str]]:
    """The text of each row of the first table after a heading, without its headings."""
    table = page.split(after)[1].split("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1])
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows
    ]


def test_open_needs_are_counted_by_the_group_of_their_kind_and_by_age(desk):
    food, rides = factories.category("food"), factories.category("rides")
    groceries = factories.category("groceries", parent=food)
    for days in (0, 0.5, 2, 5, 20):
        days_old(factories.need(category=groceries), days)
    days_old(factories.need(category=rides), 10)
    claim_need(factories.need(), by=factories.person(), weekly_limit=1)
    assert cells(board(desk), "by kind and age") == [
        ["Food", "1", "1", "1", "2"],
        ["Rides", "1", "0", "0", "0"],
    ]


def test_the_area_where_the_most_have_waited_long_comes_first(desk):
    harbour, hill = factories.locality("harbour", lat=0.1), factories.locality("hill", lng=0.1)
    for area, days in ((harbour, 5), (hill, 0), (hill, 1), (hill, 2)):
        days_old(factories.need(locality=area), days)
    page = board(desk)
    assert cells(page, "waited longest") == [["Harbour", "1", "1"], ["Hill", "3", "0"]]
    assert len(re.findall('<path class="many"', page)) == 1
    (hill_list,) = re.findall(r'href="([^"]+)">Hill</a>', page)
    listed = desk.get(hill_list.replace("&amp;", "&"))
    assert "3 rows" in listed.content.decode()


def test_areas_beyond_the_first_dozen_are_one_row(desk):
    for n in range(14):
        factories.need(locality=factories.locality(f"area-{n}", lat=n / 100))
    assert cells(board(desk), "waited longest")[-1] == ["2 other areas", "2", ""]


def test_what_was_asked_stands_beside_what_was_met_for_each_of_eight_weeks(desk):
    found_someone(hours=1, days_ago=7)
    Need.objects.update(closed_at=timezone.now())
    factories.need()
    rows = cells(board(desk), "The same as a table")
    assert len(rows) == 8
    assert [row[1:] for row in rows[-2:]] == [["1", "0"], ["1", "1"]]
    assert {tuple(row[1:]) for row in rows[:-2]} == {("0", "0")}


def test_the_time_to_a_yes_is_told_as_people_say_it(desk):
    for hours in (1, 2, 3, 4, 29):
        found_someone(hours)
    page = board(desk)
    assert "a yes within <strong>3 hours</strong>" in page.replace("\xa0", " ")
    assert "of 5 needs whose search is over, 5 found someone" in page


def test_in_a_language_from_right_to_left_time_runs_that_way(desk):
    factories.need()
    place = re.compile(r'class="asked" x="(\d+)"')
    (left_to_right,) = map(int, place.findall(board(desk).split('class="key"')[0]))
    arabic = desk.get("/admin/", headers={"accept-language": "ar"}).content.decode()
    (right_to_left,) = map(int, place.findall(arabic.split('class="key"')[0]))
    assert left_to_right > 160 > right_to_left


# What it costs.


def many_needs(count: int) -> None:
    ask = factories.ask()
    areas = [factories.locality(f"area-{n}", lat=n / 100) for n in range(40)]
    kinds = [factories.category(f"kind-{n}") for n in range(20)]
    now = timezone.now()
    needs = Need.objects.bulk_create(
        Need(
            ask=ask, category=kinds[n % 20], locality=areas[n % 40], state="open",
            open_until=now + timedelta(days=3), created_at=now - timedelta(hours=n),
            urgency=n % 4 + 1, match_due_at=now,
        )
        for n in range(count)
    )  # fmt: skip
    NeedEvent.objects.bulk_create(
        NeedEvent(need=need, action="post", state="open", actor_kind="neighbour") for need in needs
    )


def test_it_costs_as_few_queries_for_many_needs_as_for_one_and_is_light(
    desk, django_assert_num_queries
):
    board(desk)
    factories.need()
    with django_assert_num_queries(QUERIES):
        board(desk)
    many_needs(500)
    with django_assert_num_queries(QUERIES):
        answer: Any = desk.get("/admin/")
    assert len(gzip.compress(answer.content)) <= 14_000


QUERIES = 24

"""The public board: category, area, when; nothing else, and nothing sensitive."""

import gzip
import re

import pytest
from django.core.management import call_command

from mutualaid.group.actions import change_group
from mutualaid.numbers.models import Month
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Need
from tests.support import factories

pytestmark = pytest.mark.django_db
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|value=\"\w{64}\"")


def board(client, query=""):
    return client.get(f"/board/{query}").content.decode()


def test_an_open_need_hangs_there_with_category_area_and_when(client):
    factories.need(urgency=4)
    page = board(client)
    for shown in ("Groceries", "Riverside", "Today", "1 open need"):
        assert shown in page


def test_what_is_taken_closed_or_not_yet_read_does_not_hang_there(client, sam, carla):
    actions.claim_need(factories.need(), by=sam, weekly_limit=2)
    actions.withdraw_need(factories.need())
    factories.need(category=factories.category("papers", sensitive=True))
    assert "Nothing is open here just now." in board(client)


def test_a_published_sensitive_need_never_hangs_there(client, carla):
    need = factories.need(category=factories.category("papers", sensitive=True))
    actions.publish_need(need, by=coordinator(carla))
    assert "Nothing is open here just now." in board(client)
    assert "Papers" not in client.get("/").content.decode()


def test_two_needs_with_different_people_give_the_same_page(client):
    pages = []
    for contact, notes in (
        (ContactDetails(name="Ana", phone="555 0100", address="7 Hill Road"), "Stairs"),
        (ContactDetails(name="Bo", email="bo@people.example", address="99 Far Lane"), ""),
    ):
        need = factories.need(contact=contact, notes=notes)
        pages.append(UUID.sub("", board(client)))
        need.delete()
    assert pages[0] == pages[1]


def test_it_can_be_narrowed_to_a_group_and_an_area_with_all_in_it(client):
    food = factories.category("food")
    town = factories.locality("town")
    factories.need(
        category=factories.category("groceries", parent=food),
        locality=factories.locality("riverside", parent=town),
    )
    factories.need(category=factories.category("rides"), locality=factories.locality("hilltop"))
    assert "1 open need" in board(client, "?category=food")
    assert "1 open need" in board(client, "?area=town")
    assert "Nothing like this is open" in board(client, "?category=food&area=hilltop")


def test_it_can_be_narrowed_to_what_is_urgent_and_to_what_is_done_from_home(client):
    factories.need(urgency=2)
    call = factories.category("a-call", remote_ok=True)
    factories.need(category=call, urgency=3)
    assert "1 open need" in board(client, "?soon=3")
    assert "2 open needs" in board(client, "?soon=2")
    page = board(client, "?remote=1")
    assert "1 open need" in page
    assert "You can do this from home." in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?area=atlantis", "We don&#x27;t know this area. We show all areas."),
        ("?category=gold", "We don&#x27;t know this kind of help. We show all kinds."),
        ("?soon=9", "We don&#x27;t know this time. We show any time."),
        ("?remote=maybe", "We don&#x27;t know this. We show both."),
    ],
)
def test_an_unknown_value_is_said_and_the_other_filters_still_hold(client, query, said):
    factories.need(urgency=2)
    page = board(client, query)
    assert said in page
    assert "1 open need" in page
    if "soon" not in query:
        assert "Nothing like this is open" in board(client, f"{query}&soon=4")


def test_pages_keep_the_filters_and_nothing_else_of_the_address(client):
    for _ in range(30):
        factories.need(urgency=3)
    assert 'href="?soon=3&amp;page=2"' in board(client, "?soon=3&area=atlantis&x=%22%3E")


def test_urgency_is_a_tag_in_words(client):
    factories.need(urgency=4)
    assert '<span class="tag tag-wait">Today</span>' in board(client)


def test_a_card_says_whose_sign_in_it_leads_to(client):
    need = factories.need()
    page = board(client)
    assert "An account is free." in page
    assert f'href="/help/need/{need.public_id}/">I can help with this' in page
    assert client.get(f"/help/need/{need.public_id}/").headers["Location"] == (
        f"/account/login/?next=/help/need/{need.public_id}/"
    )


def test_the_list_can_be_copied_as_text_with_its_filters_and_without_codes(client):
    need = factories.need(urgency=4)
    factories.need(urgency=2, locality=factories.locality("hilltop"))
    assert 'href="/board/text/?soon=4"' in board(client, "?soon=4")
    page = client.get("/board/text/?soon=4").content.decode()
    assert "• Groceries, Riverside: Today" in page
    assert "Hilltop: " not in page
    assert need.code not in page
    assert (
        "Nothing is open there" in client.get("/board/text/?area=hilltop&soon=4").content.decode()
    )


@pytest.mark.parametrize(
    "query",
    [
        "?category=nonsense",
        "?area=%00",
        "?page=zzz",
        "?page=99999999999",
        "?category=" + "x" * 5000,
    ],
)
def test_nonsense_in_the_address_still_shows_the_board(client, query):
    factories.need()
    answer = client.get(f"/board/{query}")
    assert answer.status_code == 200
    assert "Riverside" in answer.content.decode()


def test_a_long_board_has_pages_and_costs_no_more_queries(client, django_assert_max_num_queries):
    for _ in range(60):
        factories.need()
    with django_assert_max_num_queries(8):
        first = board(client)
    assert "60 open needs" in first
    assert first.count('class="note ') < 60
    assert "Riverside" in board(client, "?page=2")


def test_the_front_page_counts_what_is_open_and_about_what_arrived_in_a_month_that_is_over(client):
    Month.objects.create(first_day="2026-10-01", asked=60, met=45, unmet=10)
    factories.need()
    page = client.get("/").content.decode()
    assert "1 need is open." in page
    assert "In October 2026 help arrived about 45 times." in page


def test_the_front_page_has_the_phone_line_only_if_there_is_one(client):
    assert "Rather talk to someone?" not in client.get("/").content.decode()
    change_group(by=None, changes={"phone": "+1 555 010 0100"})
    page = client.get("/").content.decode()
    assert "Rather talk to someone?" in page
    assert 'href="tel:+15550100100"' in page


def test_the_front_page_shows_what_is_open_nearest_to_a_chosen_area_first(client):
    factories.locality("riverside")
    factories.locality("hilltop", 0.02, 0.0)
    factories.need(locality=factories.locality("riverside"), urgency=4)
    factories.need(locality=factories.locality("hilltop"))
    page = client.get("/?area=hilltop").content.decode()
    notes = page.partition('<ul class="notes">')[2].partition("</ul>")[0]
    assert notes.index("Hilltop") < notes.index("Riverside")


@pytest.mark.parametrize("area", ["atlantis", "<b>", "x" * 3000])
def test_the_front_page_says_that_an_area_is_unknown_and_shows_all(client, area):
    factories.need()
    page = client.get("/", {"area": area}).content.decode()
    assert "We show all areas." in page
    assert "1 need is open." in page


def test_a_full_board_of_the_demos_neighbourhood_is_light(client, settings):
    """At most 14 kB of HTML as it travels, also on the day on which everyone asks."""
    settings.DEMO = True
    call_command("seed", verbosity=0)
    call_command("demo", verbosity=0)
    settings.DEMO = False  # its pages are not there in a test
    asked = Need.objects.open().first()
    assert asked
    for _ in range(40):
        factories.need(category=asked.category, locality=asked.locality, week_parts=1)
    page = client.get("/board/").content
    assert len(gzip.compress(page)) <= 6_000
    assert len(page) <= 24_000

"""How long it takes, estimated from what really happened, the nearest that is enough."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.catalog.models import Category, Locality
from requests_app.access.links import make_link
from requests_app.actions import claim_need, repeat_need
from requests_app.models import Claim, Need, NeedEvent
from requests_app.pages.wait_estimate import Wait, estimate_wait, in_words
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
HOUR = timedelta(hours=1)
NEW = timezone.now


def found_after(hours: float, days_ago: float = 3, **fields: Any) -> Need:
    """A need to which someone said yes after so many hours."""
    asked_at = NEW() - timedelta(days=days_ago)
    need = factories.need(created_at=asked_at, **fields)
    claim_need(need, by=factories.person(), weekly_limit=1)
    Claim.objects.filter(need=need).update(claimed_at=asked_at + hours * HOUR)
    return need


def expired(**fields: Any) -> None:
    need = factories.need(created_at=NEW() - timedelta(days=5), **fields)
    Need.objects.filter(pk=need.pk).update(state="closed", close_reason="expired", closed_at=NEW())


def estimate(need: Need) -> Wait:
    wait = estimate_wait(need)
    assert wait
    return wait


def test_the_middle_the_shortest_and_the_longest_and_for_how_many():
    for hours in (1, 2, 4, 30, 50):
        found_after(hours)
    expired()
    wait = estimate(factories.need())
    assert (wait.shortest, wait.middle, wait.longest) == (HOUR, 4 * HOUR, 50 * HOUR)
    assert (wait.helped_count, wait.asked_count) == (5, 6)
    assert (wait.what, wait.where) == ("Groceries", "Riverside")


def test_with_too_little_to_go_by_nothing_is_claimed():
    for hours in (1, 2, 3, 4):
        found_after(hours)
    found_after(5, days_ago=120)
    assert estimate_wait(factories.need()) is None


@pytest.fixture
def city() -> Locality:
    city = factories.locality("city")
    for name in ("riverside", "hill"):
        factories.locality(name, parent=city)
    return city


@pytest.fixture
def food() -> Category:
    food = factories.category("food")
    for slug in ("groceries", "meals"):
        factories.category(slug, parent=food)
    return food


def test_when_there_are_few_a_wider_area_tells(city):
    for area in ("riverside", "hill", "hill", "city", "hill"):
        found_after(2, locality=factories.locality(area))
    assert estimate(factories.need()).where == "City"


def test_when_there_are_few_of_a_kind_its_group_tells(city, food):
    for slug in ("groceries", "meals", "meals", "food", "meals"):
        found_after(2, category=factories.category(slug))
    wait = estimate(factories.need())
    assert (wait.what, wait.where) == ("Food", "Riverside")


def test_from_afar_it_does_not_matter_where():
    kind = factories.category("translate", remote_ok=True)
    for name in ("a", "b", "c", "d", "e"):
        found_after(2, category=kind, locality=factories.locality(name))
    wait = estimate(factories.need(category=kind))
    assert (wait.helped_count, wait.where) == (5, "")


def test_what_came_in_a_spreadsheet_tells_nothing_of_our_times():
    for hours in range(6):
        NeedEvent.objects.filter(need=found_after(hours + 1)).update(actor_kind="import")
    assert estimate_wait(factories.need()) is None


@pytest.mark.parametrize(
    ("hours", "phrase"),
    [(0.5, "30 minutes"), (1.1, "1 hour"), (7.8, "8 hours"), (44.2, "1 day, 20 hours")],
)
def test_a_wait_is_not_told_shorter_than_it_was(hours, phrase):
    assert in_words(hours * HOUR).replace("\xa0", " ") == phrase


def test_the_page_tells_and_draws_it_while_they_wait(client, sam):
    need = factories.need(created_at=NEW() - 3 * HOUR)
    token = make_link(need.ask)
    page = client.get(f"/need/{token}/").content.decode()
    assert "know yet. Too few neighbours" in page
    for hours in (1, 2, 4, 4, 6):
        found_after(hours)
    page = client.get(f"/need/{token}/").content.decode()
    for shown in ("Half waited less than", "<dd>4\xa0hours</dd>", "<svg viewBox", "3\xa0hours"):
        assert shown in page
    assert "longer than others" not in page
    Need.objects.filter(pk=need.pk).update(created_at=NEW() - 9 * HOUR)
    assert "longer than others" in client.get(f"/need/{token}/").content.decode()
    claim_need(need, by=sam, weekly_limit=2)
    assert "How long it may take" not in client.get(f"/need/{token}/").content.decode()


def names_of_regions(html: str) -> list[str]:
    """What a screen reader calls each region of a page that has a name."""
    labels = re.findall(r'<section[^>]* aria-labelledby="([^"]+)"', html)
    headings = {label: re.findall(rf' id="{label}"[^>]*>(.*?)</h\d>', html) for label in labels}
    return [re.sub("<[^>]+>", "", headings[label][0]) for label in labels]


@pytest.mark.parametrize("language", ["en", "es", "ar"])
def test_of_several_that_wait_each_wait_names_its_own(client, language):
    kinds = [factories.category("groceries"), factories.category("meals")]
    for kind in kinds:
        for hours in range(1, 6):
            found_after(hours, category=kind)
    need = factories.need(category=kinds[0])
    for kind in (*kinds, kinds[1]):
        factories.need(of=need.ask, category=kind)
    page = client.get(f"/need/{make_link(need.ask)}/", headers={"accept-language": language})
    html = page.content.decode()
    assert f'<html lang="{language}"' in html
    assert html.count("<svg viewBox") == 4
    names = names_of_regions(html)
    assert len(names) == 8
    assert len(set(names)) == 8


def test_many_needs_cost_as_few_queries_as_few(django_assert_max_num_queries, city, food):
    for hours in range(1, 12):
        found_after(hours, category=factories.category("meals"), locality=city)
    need = Need.objects.select_related("category", "locality").get(pk=factories.need().pk)
    with django_assert_max_num_queries(16):
        estimate_wait(need)


def test_of_several_things_each_says_that_no_one_can_know_yet(client):
    ask = factories.ask(
        factories.details(), factories.details(category=factories.category("rides"))
    )
    page = client.get(f"/need/{make_link(ask)}/").content.decode()
    assert page.count("know yet. Too few neighbours") == 2


def test_the_later_days_of_a_series_do_not_each_say_so(client):
    need = factories.need()
    repeat_need(need, weekdays=["MO", "TH"], until=timezone.localdate() + timedelta(days=60))
    page = client.get(f"/need/{make_link(need.ask)}/").content.decode()
    assert page.count("know yet. Too few neighbours") == 1

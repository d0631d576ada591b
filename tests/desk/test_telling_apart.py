"""All asks of a cluster are told apart with one click, which is undone, and holds until another one joins."""

import re

import pytest
from django.test import Client

from mutualaid.desk.clusters import find_clusters
from mutualaid.desk.duplicates import MOST_SHOWN, MOST_TOLD_APART
from requests_app import actions
from requests_app.actions import ContactDetails
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, NeedEvent
from tests.support import factories

pytestmark = pytest.mark.django_db
PAGE = "/admin/duplicates/"
NOTHING = "No two asks look alike just now."
APART, UNDO = f"{PAGE}apart/", f"{PAGE}undo/"
BUTTON = "All {} are of different people"


def of_one_phone(*names: str) -> list[Ask]:
    contacts = [ContactDetails(name=name, phone="608-555-0142") for name in names]
    return [factories.ask(contact=contact) for contact in contacts]


def clusters() -> list[set[int]]:
    return [set(cluster.asks) for cluster in find_clusters()]


def text(browser: Client) -> str:
    return " ".join(browser.get(PAGE).content.decode().split())


def tell_apart(browser: Client, asks: list[Ask], **typed: str) -> str:
    typed = {"asks": " ".join(str(ask.pk) for ask in asks), **typed}
    return " ".join(browser.post(APART, typed, follow=True).content.decode().split())


def typed_by_the_page(page: str) -> list[str]:
    return re.findall(r'name="asks" value="([^"]*)"', page)


def test_all_of_a_cluster_are_told_apart_with_one_click_and_stay_so(admin, carla):
    asks = of_one_phone("Zoe", "Kim", "Wu")
    page = text(admin)
    assert BUTTON.format(3) in page
    assert typed_by_the_page(page) == [" ".join(str(ask.pk) for ask in asks)]
    told = tell_apart(admin, asks)
    assert "They all stay apart." in told
    assert NOTHING in told
    assert clusters() == []
    for ask in asks:
        assert ask.alike.count() == 2
        (event,) = NeedEvent.objects.filter(need__ask=ask, reason="alike")
        assert event.actor == carla
    log = admin.get("/admin/people/stafflogentry/").content.decode()
    assert all(ask.needs.get().code in log for ask in asks)


def test_of_two_the_button_beside_them_says_it_already(admin):
    of_one_phone("Zoe", "Kim")
    assert typed_by_the_page(text(admin)) == []


def test_it_comes_back_whole_when_another_one_joins_and_is_told_apart_again_at_once(admin):
    asks = of_one_phone("Zoe", "Kim", "Wu")
    tell_apart(admin, asks)
    asks += of_one_phone("Bo")
    assert clusters() == [{ask.pk for ask in asks}]
    (typed,) = typed_by_the_page(text(admin))
    admin.post(APART, {"asks": typed})
    assert clusters() == []


def test_undoing_it_keeps_what_was_told_apart_before(admin, carla):
    one, two, three = asks = of_one_phone("Zoe", "Kim", "Wu")
    actions.mark_alike(one, other=two, by=coordinator(carla))
    assert f'href="{UNDO}">Undo</a>' in tell_apart(admin, asks)
    page = " ".join(admin.get(UNDO).content.decode().split())
    assert all(ask.code in page for ask in asks)
    assert clusters() == [], "it is only shown"
    assert "They look alike again." in admin.post(UNDO, follow=True).content.decode()
    assert clusters() == [{one.pk, two.pk, three.pk}]
    assert list(one.alike.all()) == [two]
    for answer in (admin.get(UNDO, follow=True), admin.post(UNDO, follow=True)):
        assert "There is nothing to undo here." in answer.content.decode()


def test_who_joined_after_the_page_was_shown_is_not_meant(admin):
    asks = of_one_phone("Zoe", "Kim", "Wu")
    late = of_one_phone("Bo")
    tell_apart(admin, asks)
    assert clusters() == [{ask.pk for ask in asks + late}]


def test_said_twice_it_is_written_down_once(admin):
    asks = of_one_phone("Zoe", "Kim", "Wu")
    tell_apart(admin, asks)
    assert "someone said so already" in tell_apart(admin, asks)
    assert NeedEvent.objects.filter(reason="alike").count() == 3


def test_what_another_coordinator_put_together_meanwhile_is_not_told_apart(admin, carla):
    one, two, three = asks = of_one_phone("Zoe", "Kim", "Wu")
    actions.merge_asks(two, into=one, by=coordinator(carla))
    assert "This has changed in the meantime." in tell_apart(admin, asks)
    for ask in asks:
        assert not ask.alike.exists()
    assert clusters() == [{one.pk, three.pk}]


def test_what_was_erased_meanwhile_is_said_and_nothing_is_written(admin):
    asks = of_one_phone("Zoe", "Kim", "Wu")
    actions.erase_ask(asks[1])
    assert "Everything about this person is erased." in tell_apart(admin, asks)
    assert not asks[0].alike.exists()
    asks[1] = of_one_phone("Bo")[0]
    tell_apart(admin, asks)
    actions.erase_ask(asks[1])
    assert "Everything about this person is erased." in admin.post(UNDO).content.decode()


@pytest.mark.parametrize(
    "typed", ["", "1", "x y", "1 -2", "٣ ٤", "1 99999999999999999999", "1 1", " ".join(["7"] * 51)]
)
def test_a_form_that_no_page_wrote_is_answered_kindly(admin, typed):
    of_one_phone("Zoe", "Kim", "Wu")
    answer = admin.post(APART, {"asks": typed, "p": "x"}, follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "in the meantime" in answer.content.decode()
    assert len(clusters()) == 1


def test_a_large_cluster_names_all_and_one_too_large_is_not_told_apart_at_once(
    admin, django_assert_max_num_queries
):
    asks = of_one_phone(*(f"Name{chr(97 + n) * 5}" for n in range(MOST_TOLD_APART)))
    page = text(admin)
    assert BUTTON.format(MOST_TOLD_APART) in page
    assert all(ask.code in page for ask in asks)
    assert page.count("different-people/") == MOST_SHOWN - 1
    late = of_one_phone("Bo")
    assert typed_by_the_page(text(admin)) == []
    assert "too many to tell apart at once" in text(admin)
    with django_assert_max_num_queries(25):
        admin.post(APART, {"asks": " ".join(str(ask.pk) for ask in asks)})
    assert clusters() == [{ask.pk for ask in asks + late}]

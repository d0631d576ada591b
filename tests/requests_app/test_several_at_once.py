"""Several things in one ask: each with its own kind, day and notes; where it is and who asks, said once."""

import pytest

from mutualaid.catalog.models import Category
from requests_app.models import Ask, Need
from requests_app.pages.ask.wizard import MOST_THINGS
from tests.support import asking, factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kinds():
    asking.words_and_places()
    factories.category("trip", parent=factories.category("rides"))
    factories.category("mending")
    factories.locality("harbour")


def add(client, number: int, group="rides", kind="trip", **typed):
    """Answer what is asked about one more thing; returns the answer to the last page."""
    client.post(f"/ask/what-{number}/", {"group": group})
    if kind:
        client.post(f"/ask/kind-{number}/", {"category": [kind]})
    client.post(f"/ask/when-{number}/", {"urgency": "4"})
    return client.post(f"/ask/details-{number}/", {"notes": f"note {number}"} | typed)


def needs() -> list[tuple[str, str, int, str]]:
    return [
        (need.category.slug, need.locality.slug, need.urgency, need.notes.text)
        for need in Need.objects.order_by("pk")
    ]


def test_another_thing_has_its_own_kind_day_and_notes_and_shares_the_rest(client):
    asking.answer_all(client)
    assert 'href="/ask/what-2/"' in client.get("/ask/check/").content.decode()
    assert add(client, 2).headers["Location"] == "/ask/check/"
    client.post("/ask/check/")
    assert Ask.objects.count() == 1
    assert needs() == [
        ("groceries", "riverside", 3, "Milk and bread"),
        ("trip", "riverside", 4, "note 2"),
    ]


def test_its_area_is_changed_for_itself_alone(client):
    asking.answer_all(client)
    add(client, 2)
    assert 'value="riverside" selected' in client.get("/ask/where-2/").content.decode()
    client.post("/ask/where-2/", {"locality": "harbour"})
    client.post("/ask/check/")
    assert [row[:2] for row in needs()] == [("groceries", "riverside"), ("trip", "harbour")]


def test_a_group_with_nothing_to_choose_in_it_is_not_asked_about_further(client):
    asking.answer_all(client)
    told = client.post("/ask/what-2/", {"group": "mending"})
    assert told.headers["Location"] == "/ask/when-2/"
    add(client, 2, group="mending", kind="")
    client.post("/ask/check/")
    assert [row[0] for row in needs()] == ["groceries", "mending"]


@pytest.mark.parametrize(("left_out", "stay"), [(1, [2, 3]), (2, [1, 3]), (3, [1, 2])])
def test_one_is_left_out_and_the_others_stay_as_they_were(client, left_out, stay):
    asking.answer_all(client, details={"notes": "note 1"})
    add(client, 2)
    add(client, 3)
    client.post(f"/ask/leave-out/{left_out}/")
    client.post("/ask/check/")
    assert [row[3] for row in needs()] == [f"note {number}" for number in stay]


@pytest.mark.parametrize("thing", [0, 1, 2, 99])
def test_the_only_thing_stays(client, thing):
    asking.answer_all(client)
    client.post(f"/ask/leave-out/{thing}/")
    client.post("/ask/check/")
    assert [row[0] for row in needs()] == ["groceries"]


def test_who_begins_another_and_thinks_better_of_it_leaves_it_out(client):
    asking.answer_all(client)
    client.post("/ask/what-2/", {"group": "rides"})
    assert client.get("/ask/check/").headers["Location"] == "/ask/kind-2/"
    assert 'action="/ask/leave-out/2/"' in client.get("/ask/kind-2/").content.decode()
    client.post("/ask/leave-out/2/")
    assert client.get("/ask/check/").status_code == 200


def test_there_is_an_end_to_it(client):
    asking.answer_all(client)
    for number in range(2, MOST_THINGS + 1):
        add(client, number)
    page = client.get("/ask/check/").content.decode()
    assert "Add another thing" not in page
    assert client.post(f"/ask/what-{MOST_THINGS + 1}/", {"group": "rides"}).status_code == 404


@pytest.mark.parametrize("path", ["what-1", "what-02", "contact-2", "who-2", "what-", "kind-99"])
def test_a_page_that_cannot_be_is_said_to_be_missing(client, path):
    assert client.get(f"/ask/{path}/").status_code == 404


def test_a_later_thing_sent_after_the_rest_is_gone_is_shown_again_as_the_first(client):
    page = client.post("/ask/details-2/", {"notes": "two steps at the door"}).content.decode()
    assert "two steps at the door" in page
    assert "We no longer have what you wrote" in page


def test_only_what_was_chosen_for_a_thing_comes_every_week(client):
    Category.objects.update(may_repeat=True)
    asking.answer_all(client)
    add(client, 2)
    weekly = {"urgency": "2", "weekdays": ["MO"], "repeat_until": asking.in_a_month()}
    client.post("/ask/when-2/", weekly)
    client.post("/ask/check/")
    slugs = list(Need.objects.filter(series__isnull=False).values_list("category__slug", flat=True))
    assert set(slugs) == {"trip"}


def test_what_is_only_ever_offered_is_not_listed_to_who_asks(client):
    Category.objects.filter(slug__in=["mending", "trip"]).update(offered_only=True)
    groups = client.get("/ask/what/").content.decode()
    assert "Food" in groups
    assert "Mending" not in groups
    asking.answer(client, "who")
    assert client.post("/ask/what/", {"group": "mending"}).status_code == 200
    client.post("/ask/what/", {"group": "rides"})
    assert "Trip" not in client.get("/ask/kind/").content.decode()

"""Saying what one can give: once, and changed at any time."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.matching import tasks
from offers_app.models import Offer
from requests_app.models import Need
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed() -> dict[str, Any]:
    return {
        "categories": [factories.category().pk],
        "localities": [factories.locality().slug],
        "languages": [factories.language().code],
        "reach_km": "3",
        "per_week": "2",
    }


def text(answer):
    return answer.content.decode()


def test_someone_offers_help_and_is_matched(sam, signed_in, typed):
    need = factories.need()
    tasks.sweep()
    answer = signed_in(sam).post("/offer/", typed, follow=True)
    assert "looking for needs that fit you." in text(answer)
    assert "volunteer" in sam.memberships.values_list("role", flat=True)
    tasks.sweep()
    assert need.matches.get().offer.volunteer == sam


def test_it_can_be_changed_and_stands_there_as_it_is(sam, signed_in, typed):
    client = signed_in(sam)
    client.post("/offer/", typed)
    client.post("/offer/", typed | {"per_week": "4", "has_vehicle": "on"})
    offer = Offer.objects.get()
    assert (offer.per_week, offer.has_vehicle) == (4, True)
    page = text(client.get("/offer/"))
    assert 'value="4"' in page
    assert page.count("checked") == 4


@pytest.mark.parametrize(("ticked", "words"), [(["4", "32"], "evenings"), ([], "any time")])
def test_when_they_are_free_is_kept_and_stands_on_their_page(sam, signed_in, typed, ticked, words):
    client = signed_in(sam)
    client.post("/offer/", typed | {"week_parts": ticked})
    assert Offer.objects.get().when == words
    assert f"<dd>{words}</dd>" in text(client.get("/me/"))


def test_a_break_invites_to_nothing_until_its_day(sam, signed_in, typed):
    client = signed_in(sam)
    client.post("/offer/", typed)
    day = timezone.localdate() + timedelta(days=3)
    client.post("/offer/pause/", {"until": day.isoformat()})
    assert "taking a break until" in text(client.get("/offer/"))
    need = factories.need()
    tasks.sweep()
    assert not need.matches.exists()
    Offer.objects.update(paused_until=timezone.localdate())
    tasks.sweep()
    Need.objects.update(match_due_at=timezone.now() - timedelta(seconds=1))
    tasks.sweep()
    assert Offer.objects.get().state == "active"
    assert need.matches.get().state == "notified"


def test_coming_back_early_is_one_tap_and_doing_it_twice_is_harmless(sam, signed_in, typed):
    client = signed_in(sam)
    client.post("/offer/", typed)
    client.post("/offer/pause/", {"until": ""})
    for _ in range(2):
        assert "Welcome back!" in text(client.post("/offer/resume/", follow=True))
    assert (Offer.objects.get().state, Offer.objects.get().paused_until) == ("active", None)


WRONG = [
    ({"categories": []}, "Choose at least one thing you can do."),
    ({"categories": ["999999"]}, "Choose one of these."),
    ({"categories": ["food\0"]}, "It holds a character that we"),
    ({"localities": []}, "Choose at least one area."),
    ({"localities": ["atlantis"]}, "Choose one of these."),
    ({"languages": []}, "Choose at least one language."),
    ({"week_parts": ["7"]}, "Choose one of these."),
    ({"week_parts": ["1", "evenings"]}, "Choose one of these."),
    ({"week_parts": ["-1"]}, "Choose one of these."),
    ({"reach_km": "-1"}, "Write a number of 0 or more."),
    ({"reach_km": "1e9"}, "Write a number, such as 3."),
    ({"per_week": "0"}, "Write a number of 1 or more."),
    ({"per_week": "999999999999"}, "Write a number of 50 or less."),
    ({"per_week": "9" * 1000}, "Write a number of 50 or less."),
]


@pytest.mark.parametrize(("change", "said"), WRONG, ids=[str(change)[:40] for change, _s in WRONG])
def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(sam, signed_in, typed, change, said):
    page = text(signed_in(sam).post("/offer/", typed | change))
    assert page.count(said) >= 2, "once in the summary, once at the field"
    assert "<title>Error:" in page.replace("\n", "")
    assert 'role="alert"' in page
    assert not Offer.objects.exists()


@pytest.mark.parametrize("until", ["2020-01-01", "today", "soon", "\0", "9" * 1000])
def test_a_break_ends_on_a_day_to_come(sam, signed_in, typed, until):
    client = signed_in(sam)
    client.post("/offer/", typed)
    typed_day = timezone.localdate().isoformat() if until == "today" else until
    answer = client.post("/offer/pause/", {"until": typed_day})
    assert answer.status_code == 200
    assert 'id="id_until_error"' in text(answer)
    assert Offer.objects.get().state == "active"


def test_two_offers_of_one_person_sent_at_once_are_one(sam, signed_in, typed):
    client = signed_in(sam)
    client.post("/offer/", typed)
    client.post("/offer/", typed)
    assert Offer.objects.count() == 1


def test_who_offers_nothing_has_nothing_to_pause(rosa, signed_in):
    assert signed_in(rosa).post("/offer/pause/").status_code == 404

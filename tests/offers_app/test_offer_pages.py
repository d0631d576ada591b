"""Saying what one can give, one thing on a page: once, and changed at any time."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.catalog.models import Category, Locality
from mutualaid.catalog.seeding import seed_categories
from mutualaid.matching import tasks
from mutualaid.notify.models import Preferences
from offers_app import actions
from offers_app.models import Offer
from requests_app.models import Need
from tests.support import asking, factories, offering

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def text(answer):
    return answer.content.decode()


def test_the_pages_lead_from_one_to_the_next_and_then_to_the_check(sam, signed_in):
    client = signed_in(sam)
    assert client.get("/offer/").headers["Location"] == "/offer/what/"
    typed = offering.answers()
    for page, then in zip(offering.PAGES, (*offering.PAGES[1:], "check"), strict=True):
        shown = text(client.get(f"/offer/{page}/"))
        assert shown.count("<h1") == 1
        assert client.post(f"/offer/{page}/", typed[page]).headers["Location"] == f"/offer/{then}/"
    assert not Offer.objects.exists()


def test_someone_offers_help_and_reads_at_once_what_fits(sam, signed_in, monkeypatch):
    monkeypatch.setattr(
        "mutualaid.matching.outreach.match_need.AT_ONCE_SECONDS", 60.0
    )  # on a busy machine too
    needs = [factories.need(), factories.need()]
    tasks.sweep()
    shown = text(offering.make_offer(signed_in(sam)))
    assert "2 needs fit you now" in shown
    assert "volunteer" in sam.memberships.values_list("role", flat=True)
    assert all(need.matches.get().offer.volunteer == sam for need in needs)


def test_where_nothing_fits_yet_we_say_that_we_look(sam, signed_in):
    shown = text(offering.make_offer(signed_in(sam)))
    assert "We're looking. We'll write to you when something fits." in shown
    assert "Nothing fits" not in shown


def test_what_is_not_matched_in_a_second_is_left_to_the_sweep(sam, signed_in, monkeypatch):
    need = factories.need()
    tasks.sweep()
    monkeypatch.setattr("mutualaid.matching.outreach.match_need.AT_ONCE_SECONDS", -1.0)
    offering.make_offer(signed_in(sam))
    assert not need.matches.exists()
    tasks.sweep()
    assert need.matches.get().offer.volunteer == sam


def test_whoever_is_not_signed_in_answers_first_and_their_answers_are_kept(client, sam):
    offering.answer_all(client)
    shown = text(client.get("/offer/check/"))
    assert "/account/signup/?next=/offer/check/" in shown
    assert "/account/login/?next=/offer/check/" in shown
    assert client.post("/offer/check/").headers["Location"].startswith("/account/login/?next=")
    assert not Offer.objects.exists()
    client.force_login(sam)
    client.post("/offer/check/")
    assert Offer.objects.get().volunteer == sam


def test_the_check_shows_each_answer_with_the_page_that_changes_it(sam, signed_in):
    client = signed_in(sam)
    offering.answer_all(client, languages={"has_vehicle": "on"}, limits={"per_week": "4"})
    shown = text(client.get("/offer/check/"))
    for words in ("Groceries", "any time", ">4<", ">Yes<"):
        assert words in shown
    for page in offering.PAGES:
        assert f'href="/offer/{page}/"' in shown


def test_sent_twice_it_is_one_offer_and_the_same_page(sam, signed_in):
    client = signed_in(sam)
    offering.make_offer(client)
    assert client.post("/offer/check/").headers["Location"] == "/help/"
    assert Offer.objects.count() == 1


def test_new_answers_that_are_gone_are_not_taken_for_the_offer_of_before(sam, signed_in):
    client = signed_in(sam)
    offering.make_offer(client)
    Offer.objects.update(confirmed_at=timezone.now() - timedelta(days=9))
    shown = client.post("/offer/check/", follow=True)
    assert shown.redirect_chain[-1][0] == "/offer/"
    assert "We no longer have what you wrote." in text(shown)


def test_answers_that_are_gone_are_asked_for_again(sam, signed_in):
    client = signed_in(sam)
    answer = client.post("/offer/check/", follow=True)
    assert answer.redirect_chain[-1][0] == "/offer/what/"
    assert "We no longer have what you wrote." in text(answer)
    shown = text(client.post("/offer/limits/", {"per_week": "9"}))
    assert "We no longer have what you wrote on the pages before." in shown
    assert 'value="9"' in shown


def test_the_draft_can_be_deleted(sam, signed_in):
    client = signed_in(sam)
    offering.answer_all(client)
    client.post("/offer/forget/")
    assert client.get("/offer/check/").headers["Location"] == "/offer/what/"


def test_an_offer_is_changed_one_page_at_a_time_and_the_rest_stays(sam, signed_in):
    client = signed_in(sam)
    offering.make_offer(client, languages={"has_vehicle": "on"}, when={"week_parts": ["4"]})
    for page in offering.PAGES:
        assert f'href="/offer/change/{page}/"' in text(client.get("/offer/"))
    assert 'value="2"' in text(client.get("/offer/change/limits/"))
    client.post("/offer/change/limits/", {"per_week": "4", "invitations_per_week": "7"})
    offer = Offer.objects.get()
    assert (offer.per_week, offer.has_vehicle, offer.week_parts) == (4, True, 4)
    assert Preferences.of(sam).max_invitations_per_week == 7


def test_a_changed_area_is_looked_at_at_once(sam, signed_in):
    client = signed_in(sam)
    offering.make_offer(client, where={"reach_km": "0"})
    need = factories.need(locality=factories.locality("near", lat=0.02))
    tasks.sweep()
    assert not need.matches.exists()
    where = {"localities": [factories.locality().slug], "reach_km": "5"}
    client.post("/offer/change/where/", where)
    assert need.matches.get().offer.volunteer == sam


@pytest.mark.parametrize("state", ["paused", "withdrawn"])
def test_a_change_wakes_no_offer_that_rests(sam, signed_in, state):
    offer = factories.offer(by=sam)
    rest = actions.withdraw_offer if state == "withdrawn" else actions.pause_offer
    rest(offer, **({} if state == "withdrawn" else {"until": None}))
    signed_in(sam).post("/offer/change/limits/", {"per_week": "5", "invitations_per_week": ""})
    offer.refresh_from_db()
    assert (offer.state, offer.per_week) == (state, 5)


def test_who_stopped_offers_the_same_again_in_one_press(sam, signed_in):
    actions.withdraw_offer(factories.offer(by=sam))
    client = signed_in(sam)
    assert 'action="/offer/again/"' in text(client.get("/offer/"))
    client.post("/offer/again/")
    assert Offer.objects.get().state == "active"


def test_new_answers_take_the_place_of_an_old_offer_and_say_so(client, sam):
    factories.offer(by=sam, per_week=5)
    offering.answer_all(client)
    client.force_login(sam)
    assert "takes the place of what you offered before" in text(client.get("/offer/check/"))
    client.post("/offer/check/")
    assert Offer.objects.get().per_week == 2


@pytest.mark.parametrize(("ticked", "words"), [(["4", "32"], "evenings"), ([], "any time")])
def test_when_they_are_free_is_kept_and_stands_on_their_page(sam, signed_in, ticked, words):
    client = signed_in(sam)
    offering.make_offer(client, when={"week_parts": ticked})
    assert Offer.objects.get().when == words
    assert words in text(client.get("/me/"))


def order(page: str, *slugs: str) -> list[str]:
    return sorted(slugs, key=lambda slug: page.index(f'value="{slug}"'))


def test_what_is_needed_most_near_them_comes_first(sam, signed_in):
    home, far = factories.locality(), factories.locality("far", lat=5.0)
    for _ in range(2):
        factories.need(category=factories.category("laundry"), locality=home)
        factories.need(category=factories.category("meals"), locality=far)
    factories.need(category=factories.category("pets"), locality=home)
    sam.locality = home
    sam.save()
    shown = text(signed_in(sam).get("/offer/what/"))
    assert "Most needed near you" in shown
    assert order(shown, "pets", "meals", "laundry") == ["laundry", "pets", "meals"]
    assert shown.count('value="laundry"') == 1


def test_a_need_that_others_may_not_see_is_not_given_away(client):
    secret = factories.category("secret", sensitive=True)
    factories.need(category=secret)
    assert "Most needed" not in text(client.get("/offer/what/"))


def test_only_what_can_be_given_is_listed(client):
    factories.category("groceries")
    Category.objects.create(slug="gone", name="Gone", is_active=False)
    Category.objects.create(slug="teach", name="Teach", offered_only=True)
    shown = text(client.get("/offer/what/"))
    assert 'value="gone"' not in shown
    assert 'value="teach"' in shown


def test_the_longest_list_weighs_little_even_unpacked(client):
    seed_categories()
    assert len(client.get("/offer/what/").content) < 14_000


def test_whoever_offers_something_else_reads_what_that_means(client):
    """It fits every ask for something else, whatever that is."""
    factories.need(category=factories.category("other"))
    shown = text(client.get("/offer/what/"))
    assert "Something else: you can ask me" in shown
    assert "Most needed" not in shown, "no one knows what it is"


def test_a_break_invites_to_nothing_until_its_day(sam, signed_in):
    client = signed_in(sam)
    offering.make_offer(client)
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


def test_coming_back_early_is_one_tap_and_doing_it_twice_is_harmless(sam, signed_in):
    client = signed_in(sam)
    offering.make_offer(client)
    client.post("/offer/pause/", {"until": ""})
    for _ in range(2):
        assert "Welcome back!" in text(client.post("/offer/resume/", follow=True))
    assert (Offer.objects.get().state, Offer.objects.get().paused_until) == ("active", None)


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("what", {"categories": []}, "Choose at least one thing you can do."),
    ("what", {"categories": ["999999"]}, "Choose one of these."),
    ("what", {"categories": ["food\0"]}, "Choose one of these."),
    ("where", {"localities": []}, "Choose at least one area."),
    ("where", {"localities": ["atlantis"]}, "Choose one of these."),
    ("languages", {"languages": []}, "Choose at least one language."),
    ("when", {"week_parts": ["7"]}, "Choose one of these."),
    ("when", {"week_parts": ["1", "evenings"]}, "Choose one of these."),
    ("when", {"week_parts": ["-1"]}, "Choose one of these."),
    ("where", {"reach_km": "-1"}, "Write a number of 0 or more."),
    ("where", {"reach_km": "1e9"}, "Write a number, such as 3."),
    ("limits", {"per_week": "0"}, "Write a number of 1 or more."),
    ("limits", {"per_week": "999999999999"}, "Write a number of 50 or less."),
    ("limits", {"per_week": "9" * 1000}, "Write a number of 50 or less."),
    ("limits", {"invitations_per_week": "51"}, "Write a number from 0 to 50."),
]


@pytest.mark.parametrize("path", ["/offer/", "/offer/change/"])
@pytest.mark.parametrize(
    ("page", "change", "said"), WRONG, ids=[str(change)[:40] for _p, change, _s in WRONG]
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_lost(
    sam, signed_in, path, page, change, said
):
    client = signed_in(sam)
    typed = offering.answers()
    if path == "/offer/change/":
        before = factories.offer(by=sam)
    else:
        client.post("/offer/what/", typed["what"])
    shown = text(client.post(f"{path}{page}/", typed[page] | change))
    assert shown.count(said) >= 2, "once in the summary, once at the field"
    assert "<title>Error:" in shown.replace("\n", "")
    assert 'role="alert"' in shown
    if path == "/offer/change/":
        assert Offer.objects.get().per_week == before.per_week
    else:
        assert not Offer.objects.exists()


@pytest.mark.parametrize("until", ["2020-01-01", "today", "soon", "\0", "9" * 1000])
def test_a_break_ends_on_a_day_to_come(sam, signed_in, until):
    client = signed_in(sam)
    offering.make_offer(client)
    typed_day = timezone.localdate().isoformat() if until == "today" else until
    answer = client.post("/offer/pause/", {"until": typed_day})
    assert answer.status_code == 200
    assert 'id="id_until_error"' in text(answer)
    assert Offer.objects.get().state == "active"


def test_who_offers_nothing_has_nothing_to_pause_or_change(rosa, signed_in):
    client = signed_in(rosa)
    assert client.post("/offer/pause/").status_code == 404
    assert client.get("/offer/change/what/").headers["Location"] == "/offer/"
    assert client.get("/offer/nothing/").status_code == 404


def test_pages_of_an_area_that_is_gone_ask_for_another(sam, signed_in):
    client = signed_in(sam)
    gone = factories.locality("gone")
    offering.answer_all(client, where={"localities": [gone.slug]})
    Locality.objects.filter(pk=gone.pk).delete()
    assert client.post("/offer/check/").headers["Location"] == "/offer/where/"


def test_what_another_tab_changed_is_shown_before_it_is_offered(sam, signed_in):
    client = signed_in(sam)
    offering.answer_all(client)
    earlier_page = asking.shown_on(client, "/offer/check/")
    client.post("/offer/limits/", offering.answers()["limits"] | {"per_week": "7"})
    answer = client.post("/offer/check/", {"shown": earlier_page}, follow=True)
    assert "Your answers have changed since you opened that page" in text(answer)
    assert not Offer.objects.exists()
    client.post("/offer/check/", {"shown": asking.shown_on(client, "/offer/check/")})
    assert Offer.objects.get().per_week == 7

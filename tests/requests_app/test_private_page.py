"""The private link and the code to read out: the way back for someone without an account."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from mutualaid.people.ratelimit import WRONG_LINKS
from requests_app import actions
from requests_app.access.links import code_for, make_link
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import PrivateLink
from requests_app.pages.views import need as private
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def page(client, token):
    return client.get(f"/need/{token}/").content.decode()


def step(token, need, name):
    return f"/need/{token}/{need.public_id}/{name}/"


def test_the_link_tells_how_the_need_stands_all_the_way(client, sam):
    need = factories.need()
    token = make_link(need.ask)
    assert "No one has said yes yet." in page(client, token)
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    assert "<bdi>Sam</bdi> said yes and will get in touch." in page(client, token)
    actions.deliver_claim(claim, by=volunteer(sam))
    assert "Did it arrive?" in page(client, token)
    client.post(step(token, need, "arrived"))
    assert "The help arrived." in page(client, token)


def test_what_was_erased_opens_no_more_and_says_why(client):
    token = make_link(factories.ask())
    client.post(f"/need/{token}/data/erase/")
    answer = client.get(f"/need/{token}/")
    assert answer.status_code == 404
    assert "what it led to was erased or closed" in answer.content.decode()


def test_the_page_shows_no_contact_detail_to_a_passer_by(client):
    token = make_link(factories.ask())
    shown = page(client, token)
    for kept in ("555 0100", "7 Hill Road"):
        assert kept not in shown


def test_not_arrived_opens_the_need_again_without_blame(client, sam):
    need = factories.need()
    token = make_link(need.ask)
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    answer = client.post(step(token, need, "not_arrived"), follow=True).content.decode()
    assert "looking for someone else now." in answer
    need.refresh_from_db()
    assert need.state == "open"


def test_taking_it_back_is_asked_once_more_and_then_done(client):
    need = factories.need()
    token = make_link(need.ask)
    assert (
        "Do you want to take it back?"
        in client.get(step(token, need, "withdraw/sure")).content.decode()
    )
    client.post(step(token, need, "withdraw"))
    need.refresh_from_db()
    assert (need.state, need.close_reason) == ("closed", "withdrawn")


def test_a_step_that_came_too_late_is_explained(client):
    need = factories.need()
    token = make_link(need.ask)
    actions.withdraw_need(need)
    answer = client.post(step(token, need, "arrived"), follow=True).content.decode()
    assert "Groceries: This has changed in the meantime." in answer


def test_a_wrong_a_revoked_and_a_forged_link_give_the_same_page(client):
    token = make_link(factories.ask())
    PrivateLink.objects.update(revoked_at=timezone.now())
    answers = [client.get(f"/need/{tried}/") for tried in (token, "nonsense", "x" * 500, "%00")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in map(without_tokens, answers)}) == 1
    assert b"This link no longer works" in answers[0].content


def without_tokens(answer):
    """The page without what differs on every page: the token of its forms."""
    answer.content = re.sub(rb'value="[A-Za-z0-9]{64}"', b"", answer.content)
    return answer


@pytest.mark.parametrize("name", ["withdraw", "arrived", "not_arrived"])
def test_a_wrong_link_does_nothing(client, name):
    need = factories.need()
    make_link(need.ask)
    assert client.post(f"/need/nonsense/{need.public_id}/{name}/").status_code == 404
    need.refresh_from_db()
    assert need.state == "open"


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:l}", "{:s}"])
def test_the_code_is_understood_as_people_type_it(client, typed):
    need = factories.need()
    code = code_for(make_link(need.ask))
    typed = typed.replace("{:l}", code.lower()).replace("{:s}", code.replace("-", " "))
    answer = client.post("/need/find/", {"code": typed.replace("{}", code)})
    assert answer.status_code == 302
    assert "No one has said yes yet." in client.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize("typed", ["", "ABCD", "2222-2222", "\0", "x" * 1000, "'; DROP TABLE"])
def test_a_wrong_code_is_told_kindly(client, typed):
    make_link(factories.ask())
    answer = client.post("/need/find/", {"code": typed})
    assert answer.status_code == 200
    assert "<title>Error:" in answer.content.decode()


def test_guessing_codes_is_stopped_and_nothing_is_said_about_them(client):
    right = code_for(make_link(factories.ask()))
    for _ in range(WRONG_LINKS.most):
        assert client.post("/need/find/", {"code": "2222-2222"}).status_code == 200
    stopped = client.post("/need/find/", {"code": right})
    assert stopped.status_code == 429
    assert "try again in 60 minutes" in stopped.content.decode()


def test_two_links_of_one_need_both_work_and_only_hashes_are_kept(client):
    need = factories.need()
    first, second = make_link(need.ask), make_link(need.ask)
    assert (
        page(client, first).count("Groceries</h1>")
        == page(client, second).count("Groceries</h1>")
        == 1
    )
    kept = str(list(PrivateLink.objects.values()))
    assert first not in kept
    assert code_for(first) not in kept


def test_the_page_is_kept_by_no_cache_and_found_by_no_search_engine(client):
    answer = client.get(f"/need/{make_link(factories.ask())}/")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.fixture
def several():
    """One ask for groceries and meals, and the token of its link."""
    kinds = [factories.category("groceries"), factories.category("meals")]
    ask = factories.ask(*(factories.details(category=kind) for kind in kinds))
    groceries, meals = ask.needs.order_by("pk")
    return ask, groceries, meals, make_link(ask)


def section(shown, need):
    """What the page shows of one need."""
    return shown.split(f'id="need-{need.code}"')[1].split("</section>")[0]


def test_one_page_shows_each_need_of_the_ask_with_its_own_steps(client, several, sam):
    _ask, groceries, meals, token = several
    claim = actions.claim_need(groceries, by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    shown = page(client, token)
    assert shown.count("<h1>") == 1
    assert "Did it arrive?" in section(shown, groceries)
    assert "No one has said yes yet." in section(shown, meals)
    for name in ("arrived", "need_more", "not_arrived"):
        assert step(token, groceries, name) in section(shown, groceries)
        assert step(token, meals, name) not in shown
    assert step(token, meals, "withdraw/sure") in section(shown, meals)
    assert shown.count("Your way back to this page") == 1
    client.post(step(token, groceries, "arrived"))
    groceries.refresh_from_db()
    meals.refresh_from_db()
    assert (groceries.state, meals.state) == ("closed", "open")
    shown = page(client, token)
    assert shown.index(f"need-{meals.code}") < shown.index("What is over")
    assert shown.index("What is over") < shown.index(f"need-{groceries.code}")


def test_every_button_names_its_need_for_whoever_hears_the_page(client, several, sam):
    _ask, groceries, meals, token = several
    for need in (groceries, meals):
        actions.claim_need(need, by=sam, weekly_limit=2)
    shown = page(client, token)
    buttons = re.findall(
        r"<button[^>]*>(.*?)</button>", shown.split("<main")[1].split("</main>")[0]
    )
    assert len(buttons) == 4
    assert len(set(buttons)) == len(buttons)


def test_headings_are_in_order_without_a_gap(client, several):
    ask, _groceries, meals, token = several
    actions.repeat_need(meals, weekdays=["MO", "TH"], until=in_days(40))
    actions.withdraw_need(factories.need(of=ask))
    for link in (token, make_link(factories.ask())):
        levels = [int(n) for n in re.findall(r"<h(\d)", page(client, link))]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def test_one_need_stands_alone_in_the_heading(client):
    shown = page(client, make_link(factories.ask()))
    assert re.search(r"<h1[^>]*>Groceries</h1>", shown)
    assert "What you asked for" not in shown


def test_the_same_asked_twice_is_shown_as_one(client, carla):
    ask = factories.ask(factories.details(), factories.details(urgency=4))
    first, second = ask.needs.order_by("pk")
    actions.merge_need(second, into=first, by=coordinator(carla))
    token = make_link(ask)
    shown = page(client, token)
    assert "You asked for the same on" in shown
    assert f"need-{second.code}" not in shown
    client.post(step(token, second, "withdraw"))
    first.refresh_from_db()
    assert first.close_reason == "withdrawn", "both share one fate"


def test_who_looked_stands_there_once_for_the_ask_and_no_coordinator_by_name(
    client, several, sam, carla
):
    ask, groceries, _meals, token = several
    actions.contact_of_claim(actions.claim_need(groceries, by=sam, weekly_limit=2), by=sam)
    actions.contact_for_coordinator(ask, by=carla)
    looks = page(client, token).split("Who looked at your contact details")[1]
    assert "<bdi>Sam</bdi>" in looks
    assert "<bdi>a coordinator</bdi>" in looks
    assert "Carla" not in looks


def test_the_page_costs_no_more_with_many_needs_than_with_few(
    client, several, sam, django_assert_num_queries
):
    ask, groceries, _meals, token = several
    actions.claim_need(groceries, by=sam, weekly_limit=2)
    for _ in range(12):
        need = factories.need(of=ask)
        actions.withdraw_need(need)
    with django_assert_num_queries(16):
        client.get(f"/need/{token}/")


@pytest.fixture
def weekly(client):
    """Something that comes back on Mondays and Thursdays: its first day, and the token of the link."""
    need = factories.need()
    actions.repeat_need(need, weekdays=["MO", "TH"], until=in_days(60))
    return need, make_link(need.ask)


def test_the_next_day_of_a_series_stands_first_and_the_later_ones_behind_words(client, weekly):
    first, token = weekly
    shown = page(client, token)
    later = first.ask.needs.exclude(pk=first.pk)
    assert f"{later.count()} later days" in shown
    assert shown.index(f"need-{first.code}") < shown.index("later days")
    for need in later:
        assert shown.index("later days") < shown.index(f"need-{need.code}")
        assert step(token, need, "withdraw/sure") in shown
    assert "keep_open" not in shown, "an occurrence ends with its day"


def test_one_day_is_taken_back_and_the_others_stay(client, weekly):
    first, token = weekly
    client.post(step(token, first, "withdraw"))
    assert first.ask.needs.filter(state="open").count() == first.ask.needs.count() - 1
    assert "comes back every week" in page(client, token)


@pytest.mark.parametrize(
    ("answer", "states"),
    [("stop_after_this", {"open"}), ("stop_repeating", {"closed"})],
)
def test_who_needs_it_every_week_no_more_is_asked_about_this_week(client, weekly, answer, states):
    first, token = weekly
    asked = client.get(step(token, first, "stop")).content.decode()
    assert "Do you still need it this once?" in asked
    assert step(token, first, answer) in asked
    shown = client.post(step(token, first, answer), follow=True).content.decode()
    assert "come back any more." in shown
    first.refresh_from_db()
    assert {first.state} == states
    assert set(first.ask.needs.exclude(pk=first.pk).values_list("state", flat=True)) == {"closed"}
    assert client.get(step(token, first, "stop")).status_code == 302
    again = client.post(step(token, first, answer), follow=True).content.decode()
    assert "This has changed in the meantime." in again


def test_where_someone_said_yes_already_it_is_said_that_they_come(client, weekly, sam):
    first, token = weekly
    actions.claim_need(first, by=sam, weekly_limit=2)
    asked = client.get(step(token, first, "stop")).content.decode()
    assert "Sam said yes to this one and is still coming" in asked
    assert "stop_after_this" not in asked
    client.post(step(token, first, "stop_repeating"))
    first.refresh_from_db()
    assert first.state == "claimed"


def test_what_is_erased_meanwhile_is_told_kindly(client, monkeypatch):
    need = factories.need()
    token = make_link(need.ask)

    def erased(_need):
        raise actions.Erased

    monkeypatch.setitem(private.STEPS, "withdraw", private.Step(erased, "Done."))
    answer = client.post(step(token, need, "withdraw"), follow=True).content.decode()
    assert "about this has been erased" in answer
    assert "Done." not in answer


def test_what_a_coordinator_or_the_site_did_is_not_said_to_be_the_neighbours_doing(client, carla):
    need = factories.need()
    actions.change_need(need, {"urgency": 4}, by=coordinator(carla))
    shown = page(client, make_link(need.ask))
    assert "A coordinator changed something." in shown
    assert "You changed what you told us." not in shown

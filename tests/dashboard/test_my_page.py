"""My page: all that is mine in one place, and nothing of anybody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mutualaid.matching.actions import accept
from mutualaid.matching.models import Match
from mutualaid.matching.states import INVITED
from mutualaid.matching.tasks import sweep as match_all
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.policy.current import current_policy
from requests_app import actions
from requests_app.access.links import ask_by_token
from requests_app.actions import claim_need, deliver_claim, withdraw_need
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Need
from tests.support import factories, scene

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def here() -> scene.Scene:
    return scene.build()


def page(here: scene.Scene, who: str, signed_in: Any) -> str:
    return text(signed_in(here.people[who]).get("/me/"))


def test_what_i_took_on_what_fits_me_and_what_i_offer(here, signed_in):
    shown = page(here, "sam", signed_in)
    assert f"/claims/{here.claim.public_id}/" in shown
    assert f"/help/{here.match.public_id}/" in shown
    assert "in your area" in shown
    assert "Change my offer" in shown
    assert 'action="/offer/pause/"' in shown
    assert 'href="/offer/change/limits/"' in shown
    assert "You said yes. Please get in touch today." in shown


def test_what_is_over_is_kept_apart(here, signed_in):
    deliver_claim(here.claim, by=volunteer(here.people["sam"]))
    withdrawn = here.claim.need
    Need.objects.filter(pk=withdrawn.pk).update(state="open")
    withdrawn.refresh_from_db()
    withdraw_need(withdrawn)
    shown = page(here, "sam", signed_in)
    assert f"/claims/{here.claim.public_id}/" not in shown
    assert "My past tasks" in shown


def test_what_i_asked_for_opens_by_a_fresh_link(here, signed_in):
    ask = here.claim.need.ask
    assert f"/me/asks/{ask.public_id}/" in page(here, "rosa", signed_in)
    answer = signed_in(here.people["rosa"]).post(f"/me/asks/{ask.public_id}/")
    found = ask_by_token(answer.headers["Location"].split("/")[2])
    assert found
    assert found[0] == ask


def test_what_i_asked_for_together_is_one_note_with_one_way_in(rosa, signed_in):
    kinds = [factories.category("groceries"), factories.category("meals")]
    ask = factories.ask(*(factories.details(category=kind) for kind in kinds), account=rosa)
    actions.withdraw_need(ask.needs.get(category=kinds[1]))
    shown = text(signed_in(rosa).get("/me/"))
    note = shown.split("What I asked for")[1].split("</article>")[0]
    for words in ("Groceries", "Looking", "Meals", "It was taken back."):
        assert words in note
    assert note.count("/me/asks/") == 1


def test_what_was_put_together_with_anothers_ask_is_there_and_not_here(rosa, carla, signed_in):
    mine, other = factories.ask(account=rosa), factories.ask()
    actions.merge_asks(mine, into=other, by=coordinator(carla))
    client = signed_in(rosa)
    assert "/me/asks/" not in text(client.get("/me/"))
    for ask in (mine, other):
        assert client.post(f"/me/asks/{ask.public_id}/").status_code == 404


def test_somebody_elses_ask_is_not_mine_to_open(here, signed_in):
    path = f"/me/asks/{here.claim.need.ask.public_id}/"
    for who in ("sam", "mallory", "carla"):
        assert signed_in(here.people[who]).post(path).status_code == 404


def test_for_somebody_new_each_part_says_what_it_is_for(mallory, signed_in):
    shown = text(signed_in(mallory).get("/me/"))
    for words in ("Tell us what you can give", "Nothing yet. We all need"):
        assert words in shown


def test_my_messages_are_named_by_kind_and_time_without_their_words(here, signed_in):
    match_all()
    deliver_all()
    shown = page(here, "sam", signed_in).split("What we wrote to me")[1]
    assert "Who to get in touch with" in shown
    assert "(E-mail: sent)" in shown
    assert "7 Hill Road" not in shown
    assert "<time" not in page(here, "rosa", signed_in).split("What we wrote to me")[1]


def test_what_waits_for_my_answer_comes_before_my_tasks_and_these_before_the_rest(here, signed_in):
    match_all()
    shown = page(here, "sam", signed_in)
    parts = (
        "Waiting for your answer",
        "My tasks",
        "What I asked for",
        "What I offer",
        "My calendar",
    )
    assert sorted(parts, key=shown.index) == list(parts)
    waiting = shown.split("Waiting for your answer")[1].split("My tasks")[0]
    invited = Match.objects.of(here.people["sam"]).filter(state__in=INVITED)
    assert all(f"/help/{match.public_id}/" in waiting for match in invited)
    assert "I can help with this" in waiting


def test_a_pause_is_set_here(here, signed_in):
    client = signed_in(here.people["sam"])
    paused = client.post("/offer/pause/", {"until": ""}, follow=True)
    assert "You're taking a break." in text(paused)
    assert paused.redirect_chain[-1][0] == "/me/"


def test_the_page_costs_the_same_for_one_of_each_and_for_many(
    here, signed_in, django_assert_max_num_queries
):
    sam = here.people["sam"]
    for _ in range(5):
        factories.need(account=sam)
        factories.need()
    match_all()
    client = signed_in(sam)
    with django_assert_max_num_queries(23):
        client.get("/me/")


def test_the_menu_is_short(here, signed_in, client):
    def stops(browser: Any) -> int:
        return text(browser.get("/about/")).split("<nav")[1].split("</nav>")[0].count("<li>")

    assert stops(client) == 4
    assert stops(signed_in(here.people["sam"])) == 4
    assert stops(signed_in(here.people["carla"])) == 5


def test_after_a_while_a_closed_need_leaves_the_page(here, signed_in):
    withdraw_need(here.claim.need)
    late = timezone.now() - timedelta(days=current_policy().link_days_after_end + 1)
    Need.objects.filter(pk=here.claim.need_id).update(closed_at=late)
    assert "/me/asks/" not in page(here, "rosa", signed_in)


def test_a_need_that_was_claimed_from_the_page_stands_on_it(here, signed_in):
    claim = accept(here.match)
    assert f"/claims/{claim.public_id}/" in page(here, "sam", signed_in)


def test_when_the_week_is_full_it_says_from_when_we_ask_again(sam, signed_in):
    factories.offer(by=sam, per_week=1)
    full = "Until Monday, we only ask you about later weeks."
    page = signed_in(sam)
    assert full not in page.get("/me/").content.decode()
    claim_need(factories.need(), by=sam, weekly_limit=1)
    assert full in page.get("/me/").content.decode()

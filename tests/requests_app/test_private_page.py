"""The private link and the code to read out: the way back for somebody without an account."""

import re

import pytest
from django.utils import timezone

from requests_app import actions
from requests_app.access.links import code_for, make_link
from requests_app.lifecycle.actors import volunteer
from requests_app.models import PrivateLink
from requests_app.pages.views.decorators import TRIES_AN_HOUR
from tests.support import factories

pytestmark = pytest.mark.django_db


def page(client, token):
    return client.get(f"/need/{token}/").content.decode()


def test_the_link_tells_how_the_need_stands_all_the_way(client, sam):
    need = factories.need()
    token = make_link(need)
    assert "We have not found anybody yet." in page(client, token)
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    assert "<strong>Sam</strong> will help you" in page(client, token)
    actions.deliver_claim(claim, by=volunteer(sam))
    assert "Did it arrive?" in page(client, token)
    client.post(f"/need/{token}/arrived/")
    assert "The help arrived." in page(client, token)


def test_the_page_shows_the_neighbour_no_address_of_hers_to_a_passer_by(client):
    token = make_link(factories.need())
    shown = page(client, token)
    for kept in ("555 0100", "7 Hill Road"):
        assert kept not in shown


def test_not_arrived_opens_the_need_again_without_blame(client, sam):
    need = factories.need()
    token = make_link(need)
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.deliver_claim(claim, by=volunteer(sam))
    answer = client.post(f"/need/{token}/not_arrived/", follow=True).content.decode()
    assert "We look for somebody else now." in answer
    need.refresh_from_db()
    assert need.state == "open"


def test_taking_it_back_is_asked_once_more_and_then_done(client):
    need = factories.need()
    token = make_link(need)
    assert (
        "Do you want to take it back?"
        in client.get(f"/need/{token}/withdraw/sure/").content.decode()
    )
    client.post(f"/need/{token}/withdraw/")
    need.refresh_from_db()
    assert (need.state, need.close_reason) == ("closed", "withdrawn")


def test_a_step_that_came_too_late_is_explained(client):
    need = factories.need()
    token = make_link(need)
    actions.withdraw_need(need)
    answer = client.post(f"/need/{token}/arrived/", follow=True).content.decode()
    assert "This has changed in the meantime." in answer


def test_a_wrong_a_revoked_and_a_forged_link_give_the_same_page(client):
    token = make_link(factories.need())
    PrivateLink.objects.update(revoked_at=timezone.now())
    answers = [client.get(f"/need/{tried}/") for tried in (token, "nonsense", "x" * 500, "%00")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in map(without_tokens, answers)}) == 1
    assert b"This link does not open anything" in answers[0].content


def without_tokens(answer):
    """The page without what differs on every page: the token of its forms."""
    answer.content = re.sub(rb'value="[A-Za-z0-9]{64}"', b"", answer.content)
    return answer


@pytest.mark.parametrize("step", ["withdraw", "arrived", "not_arrived"])
def test_a_wrong_link_does_nothing(client, step):
    need = factories.need()
    make_link(need)
    assert client.post(f"/need/nonsense/{step}/").status_code == 404
    need.refresh_from_db()
    assert need.state == "open"


@pytest.mark.parametrize("typed", ["{}", " {} ", "{:l}", "{:s}"])
def test_the_code_is_understood_as_people_type_it(client, typed):
    need = factories.need()
    code = code_for(make_link(need))
    typed = typed.replace("{:l}", code.lower()).replace("{:s}", code.replace("-", " "))
    answer = client.post("/need/find/", {"code": typed.replace("{}", code)})
    assert answer.status_code == 302
    assert "We have it" in client.get(answer.headers["Location"]).content.decode()


@pytest.mark.parametrize("typed", ["", "ABCD", "2222-2222", "\0", "x" * 1000, "'; DROP TABLE"])
def test_a_wrong_code_is_told_kindly(client, typed):
    make_link(factories.need())
    answer = client.post("/need/find/", {"code": typed})
    assert answer.status_code == 200
    assert "<title>Error:" in answer.content.decode()


def test_guessing_codes_is_stopped_and_nothing_is_said_about_them(client):
    right = code_for(make_link(factories.need()))
    for _ in range(TRIES_AN_HOUR):
        assert client.post("/need/find/", {"code": "2222-2222"}).status_code == 200
    stopped = client.post("/need/find/", {"code": right})
    assert stopped.status_code == 429
    assert "try again in an hour" in stopped.content.decode()


def test_two_links_of_one_need_both_work_and_only_hashes_are_kept(client):
    need = factories.need()
    first, second = make_link(need), make_link(need)
    assert page(client, first).count("We have it") == page(client, second).count("We have it") == 1
    kept = str(list(PrivateLink.objects.values()))
    assert first not in kept
    assert code_for(first) not in kept


def test_the_page_is_kept_by_no_cache_and_found_by_no_search_engine(client):
    answer = client.get(f"/need/{make_link(factories.need())}/")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "same-origin"

"""Those without an account: admitted by a code, counted; by their private link, shown beside."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from mutualaid.decisions import actions
from mutualaid.decisions.models import Admission, Decision, NeighbourAnswer, Say
from mutualaid.people.models import Role, User
from mutualaid.people.ratelimit import WRONG_CODES
from requests_app.access.links import make_link
from requests_app.models import Ask
from tests.support import factories, voting
from tests.support.voting import CONCERN, FOR, closed, member, members, proposed, say

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
SECRET = "Because of what happened at 7 Hill Road"


@pytest.fixture(autouse=True)
def _together(db: None) -> None:
    voting.together()


@pytest.fixture
def carla(db: None) -> User:
    return member("Carla", Role.COORDINATOR)


@pytest.fixture
def admitted(carla: User) -> tuple[Admission, str]:
    """Someone whom Carla admitted long enough ago, with their code."""
    admission, code = actions.admit(by=carla)
    Admission.objects.update(given_at=Now() - timedelta(days=20))
    return admission, code


def text(answered: Any) -> str:
    assert answered.status_code == 200, answered
    return " ".join(answered.content.decode().split())


def with_code(code: str) -> Client:
    browser = Client()
    browser.post("/decisions/code/", {"code": code})
    return browser


def by_code(decision: Decision) -> str:
    return f"/decisions/code/{decision.public_id}/"


# By a code.


def test_a_code_opens_what_waits_and_its_answer_counts(admitted, carla):
    decision = proposed(carla)
    browser = Client()
    typed = admitted[1].lower().replace("-", " ")
    page = text(browser.post("/decisions/code/", {"code": typed}, follow=True))
    assert by_code(decision) in page
    assert "counts as much as that of everyone else" in page
    page = text(browser.post(by_code(decision), {"answer": "for"}, follow=True))
    assert "You said: “I&#x27;m for it”" in page
    assert Say.objects.get(admission=admitted[0]).answer == "for"
    browser.post(by_code(decision), {"take_back": "1"})
    assert Say.objects.get(admission=admitted[0]).answer == ""


def test_each_proposal_says_how_many_have_a_say_by_a_code(admitted, carla, signed_in):
    decision = proposed(carla)
    page = text(signed_in(carla).get(f"/decisions/{decision.public_id}/"))
    assert "2 people have a say in this." in page
    assert "Of these, 1 has no account: a coordinator gave them a code." in page
    actions.take_back_admission(admitted[0], by=carla)
    later = proposed(carla, {"wave_minutes_high": 11})
    assert "no account" not in text(signed_in(carla).get(f"/decisions/{later.public_id}/"))


def test_the_admitted_read_what_came_of_it(admitted, carla):
    decision = proposed(carla)
    browser = with_code(admitted[1])
    browser.post(by_code(decision), {"answer": "concern", "reason": SECRET})
    say(decision, FOR, carla)
    closed(decision)
    assert "Fewer than five people answered" in text(browser.get(by_code(decision)))


def test_a_wrong_code_one_taken_back_and_one_over_get_the_same_answer(admitted, carla):
    pages = [_refused("2222-2222-2222")]
    actions.take_back_admission(admitted[0], by=carla)
    pages.append(_refused(admitted[1]))
    _second, code = actions.admit(by=carla)
    Admission.objects.update(
        given_at=Now() - timedelta(days=400), ends_at=Now() - timedelta(days=1)
    )
    pages.append(_refused(code))
    assert pages[0] == pages[1] == pages[2]


def _refused(code: str) -> str:
    page = text(Client().post("/decisions/code/", {"code": code}))
    assert "We don&#x27;t know this code." in page
    return re.sub(r'value="\w{64}"', "", page).replace(code, "")


def test_guessing_codes_stops(admitted):
    for _try in range(WRONG_CODES.most):
        assert Client().post("/decisions/code/", {"code": "2222-2222-2222"}).status_code == 200
    assert Client().post("/decisions/code/", {"code": admitted[1]}).status_code == 429


def test_a_right_code_is_not_counted_as_a_try(admitted):
    for _try in range(WRONG_CODES.most + 1):
        assert Client().post("/decisions/code/", {"code": admitted[1]}).status_code == 302


def test_an_admission_that_is_taken_back_opens_nothing_any_more(admitted, carla):
    decision = proposed(carla)
    browser = with_code(admitted[1])
    actions.take_back_admission(admitted[0], by=carla)
    for answered in (
        browser.get(by_code(decision)),
        browser.post(by_code(decision), {"answer": "for"}),
    ):
        assert answered.headers["Location"] == "/decisions/code/"
    assert not Say.objects.filter(answer="for").exists()


def test_a_code_of_too_late_a_day_opens_no_proposal_of_before(carla):
    decision = proposed(carla)
    browser = with_code(actions.admit(by=carla)[1])
    assert "Nothing waits for you." in text(browser.get("/decisions/code/open/"))
    assert browser.get(by_code(decision)).status_code == 404
    assert browser.post(by_code(decision), {"answer": "for"}).status_code == 404


def test_without_a_code_no_proposal_is_shown(carla):
    decision = proposed(carla)
    for path in ("/decisions/code/open/", by_code(decision)):
        assert Client().get(path).headers["Location"] == "/decisions/code/"


# By a private link.


@pytest.fixture
def ana(db: None) -> tuple[Ask, str]:
    """An ask without an account, with the token of its link."""
    ask = factories.ask()
    return ask, make_link(ask)


def by_link(ana: tuple[Ask, str], decision: Decision) -> str:
    return f"/need/{ana[1]}/decisions/{decision.public_id}/"


def test_the_private_page_leads_to_what_is_open_only_while_it_is_on(ana):
    link = f'href="/need/{ana[1]}/decisions/"'
    assert link in text(Client().get(f"/need/{ana[1]}/"))
    factories.set_policy(has_decisions=False)
    assert link not in text(Client().get(f"/need/{ana[1]}/"))


def test_a_neighbour_says_what_they_think_and_it_stands_beside(ana, carla):
    decision = proposed(carla)
    page = text(Client().get(f"/need/{ana[1]}/decisions/"))
    assert by_link(ana, decision) in page
    assert "It isn&#x27;t counted" in page or "It isn't counted" in page
    page = text(Client().post(by_link(ana, decision), {"answer": "can_live"}, follow=True))
    assert "You said: “I can live with it”" in page
    assert "and not counted" in page
    assert NeighbourAnswer.objects.get(ask=ana[0]).answer == "can_live"
    assert not Say.objects.exclude(answer="").exists()
    Client().post(by_link(ana, decision), {"take_back": "1"})
    assert not NeighbourAnswer.objects.exists()


def test_what_neighbours_said_stands_beside_once_it_is_decided(carla, signed_in):
    links = [(ask, make_link(ask)) for ask in voting.neighbours(5)]
    others = members(5)
    decision = proposed(carla)
    for one in links[:4]:
        Client().post(by_link(one, decision), {"answer": "for"})
    Client().post(by_link(links[4], decision), {"answer": "concern", "reason": SECRET})
    say(decision, FOR, *others)
    closed(decision)
    page = text(signed_in(carla).get(f"/decisions/{decision.public_id}/"))
    assert "5 of 6 people answered. For it: 5." in page
    assert "5 answers came by private links. For it: 4." in page
    assert SECRET in page
    assert SECRET not in text(Client().get(by_link(links[0], decision)))


def test_of_fewer_than_five_neighbours_no_counts_are_told(ana, carla, signed_in):
    others = members(5)
    decision = proposed(carla)
    Client().post(by_link(ana, decision), {"answer": "concern", "reason": SECRET})
    say(decision, FOR, *others)
    closed(decision)
    page = text(signed_in(carla).get(f"/decisions/{decision.public_id}/"))
    assert "Neighbours without an account" in page
    assert page.count("Fewer than five people answered") == 1
    assert SECRET not in page


def test_someone_with_two_asks_has_one_voice_beside_and_no_page_tells_what_the_other_said(carla):
    first, second = factories.ask(), factories.ask()
    Ask.objects.update(created_at=Now() - timedelta(days=30))
    decision = proposed(carla)
    one, two = (first, make_link(first)), (second, make_link(second))
    Client().post(by_link(one, decision), {"answer": "concern", "reason": SECRET})
    page = text(Client().get(by_link(two, decision)))
    assert "a later one takes the place of the one before" in page
    assert SECRET not in page
    assert "You said" not in page
    Client().post(by_link(two, decision), {"take_back": "1"})
    assert NeighbourAnswer.objects.get().ask == first
    Client().post(by_link(two, decision), {"answer": "for"})
    given = NeighbourAnswer.objects.get()
    assert (given.ask, given.answer) == (second, "for")
    assert "You said" not in text(Client().get(by_link(one, decision)))


def test_an_ask_of_later_or_of_an_account_has_no_word_in_it(carla, rosa):
    of_rosa = factories.ask(account=rosa)
    decision = proposed(carla)
    later = factories.ask()
    Ask.objects.filter(pk=later.pk).update(created_at=Now() + timedelta(minutes=1))
    Ask.objects.filter(pk=of_rosa.pk).update(created_at=decision.opened_at - timedelta(days=1))
    for ask in (of_rosa, later):
        one = ask, make_link(ask)
        assert str(decision.public_id) not in text(Client().get(f"/need/{one[1]}/decisions/"))
        Client().post(by_link(one, decision), {"answer": "for"})
    assert not NeighbourAnswer.objects.exists()


def test_links_that_do_not_open_are_refused_here_as_everywhere(ana, carla):
    decision = proposed(carla)
    for path in ("/need/nonsense/decisions/", f"/need/nonsense/decisions/{decision.public_id}/"):
        assert Client().get(path).status_code == 404
        assert Client().post(path, {"answer": "for"}).status_code in (404, 405)
    assert not NeighbourAnswer.objects.exists()


def test_a_coordinator_does_not_answer_by_the_link_of_a_neighbour(ana, carla, signed_in):
    decision = proposed(carla)
    answered = signed_in(carla).post(by_link(ana, decision), {"answer": CONCERN, "reason": "x"})
    assert answered.status_code == 403
    assert not NeighbourAnswer.objects.exists()

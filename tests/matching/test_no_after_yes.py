"""A reply says what came of it: no reports success where nothing was done, and a yes is let go knowingly."""

import html
import quopri
import re

import pytest
from django.utils import timezone

from mutualaid.matching import actions, tasks
from mutualaid.matching.actions import AlreadyAccepted
from mutualaid.matching.models import Match
from mutualaid.notify.inbound.sms_replies import take_reply
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import Role, User
from offers_app.actions import pause_offer, withdraw_offer
from requests_app.actions import (
    StateChanged,
    claim_need,
    confirm_arrival,
    contact_for_coordinator,
    deliver_claim,
    release_claim,
    report_not_arrived,
    withdraw_need,
)
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.people import E164, TEXTS, ask_by, has_phone

pytestmark = pytest.mark.django_db
SAID_YES = "You said yes to this one. Do you want to let it go?"
TAKEN = "This one is no longer open. Thank you for looking."
NOT_THIS_TIME = "That's all right. We'll ask someone else."


@pytest.fixture
def texts(settings, tmp_path):
    settings.SMS_URL, settings.MAIL_DIR = "sink://", tmp_path
    return tmp_path / "texts.log"


@pytest.fixture
def match(sam, texts) -> Match:
    """Sam is invited, by text message."""
    has_phone(sam, invitations=["sms"])
    factories.offer(by=sam, per_week=1)
    factories.need()
    tasks.sweep()
    deliver_all()
    return Match.objects.get()


def text(answer) -> str:
    return html.unescape(answer.content.decode())


def main_of(answer) -> str:
    return text(answer).partition("<main")[2]


def heading(page: str) -> str:
    return page.partition("<h1>")[2].partition("</h1>")[0]


def stored() -> list[object]:
    return [*Match.objects.values_list("pk", "state"), *Claim.objects.values_list("pk", "state")]


def replies(texts, word: str) -> list[str]:
    """What is sent back to Sam's phone once they wrote this."""
    before = len(sent(texts))
    take_reply(E164, word)
    deliver_all()
    return sent(texts)[before:]


def sent(texts) -> list[str]:
    """The words of all text messages."""
    written = quopri.decodestring(texts.read_bytes()).decode() if texts.exists() else ""
    return [line for line in written.splitlines() if "http://" in line]


# No after yes.


def test_a_no_does_not_undo_a_yes(match, sam):
    claim = actions.accept(match)
    with pytest.raises(AlreadyAccepted) as said:
        actions.decline(match, "never")
    assert said.value.claim == claim
    assert Match.objects.get().state == "accepted"
    assert not sam.offer.refusals.exists()


def test_on_the_page_it_leads_to_where_it_can_be_let_go(match, sam, signed_in):
    claim = actions.accept(match)
    browser = signed_in(sam)
    answer = browser.post(f"/help/{match.public_id}/no/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/claims/{claim.public_id}/"
    assert SAID_YES in text(answer)
    assert NOT_THIS_TIME not in text(answer)
    assert f'action="/claims/{claim.public_id}/release/"' in text(answer)
    assert Claim.objects.on_the_way().exists()


def test_in_one_tap_it_leads_to_the_tap_that_lets_go(match, sam, client):
    actions.accept(match)
    answer = text(client.post(one_tap_url("need_no", match.pk, sam)))
    assert SAID_YES in answer
    assert NOT_THIS_TIME not in answer
    (let_go,) = re.findall(r'href="(http[^"]+/m/[^"]+)"', answer)
    assert "Do you want to let it go?" in text(client.get(let_go))
    assert "We'll ask someone else now." in text(client.post(let_go))
    assert not Claim.objects.on_the_way().exists()


def test_by_text_message_it_is_answered_with_a_link_that_lets_go(match, texts, client):
    take_reply(E164, "YES")
    deliver_all()
    assert Claim.objects.on_the_way().exists()
    (answer,) = replies(texts, "NO")
    assert SAID_YES in answer
    assert Claim.objects.on_the_way().exists()
    client.post(re.findall(r"https?://\S+", answer)[0])
    assert not Claim.objects.on_the_way().exists()


def test_a_machine_that_answers_ours_is_answered_once(match, texts):
    take_reply(E164, "YES")
    deliver_all()
    assert len(replies(texts, "NO")) == 1
    assert replies(texts, "NO") == []


# Every other answer that comes too late, or twice.


def test_a_yes_said_twice_is_one_and_never_says_that_someone_else_took_it(
    match, sam, texts, signed_in, client
):
    url, page = one_tap_url("need_yes", match.pk, sam), f"/help/{match.public_id}/yes/"
    for _ in range(2):
        assert "Thank you!" in text(client.post(url))
        assert "Thank you for saying yes!" in text(signed_in(sam).post(page, follow=True))
    assert replies(texts, "YES") == []
    assert Claim.objects.count() == 1


def test_a_no_said_twice_is_one(match, sam, texts, signed_in, client):
    for _ in range(2):
        assert NOT_THIS_TIME in text(client.post(one_tap_url("need_no", match.pk, sam)))
        page = f"/help/{match.public_id}/no/"
        assert NOT_THIS_TIME in text(signed_in(sam).post(page, follow=True))
    assert replies(texts, "NO") == []


@pytest.mark.parametrize("word", ["yes", "no"])
def test_what_someone_else_took_is_said_to_be_taken(
    match, sam, vera, texts, signed_in, client, word
):
    claim = claim_need(Need.objects.get(), by=vera, weekly_limit=2)
    Match.objects.update(state="superseded")
    assert TAKEN in text(client.post(one_tap_url(f"need_{word}", match.pk, sam)))
    page = f"/help/{match.public_id}/{word}/"
    assert TAKEN in text(signed_in(sam).post(page, follow=True))
    (answer,) = replies(texts, word)
    assert TAKEN in answer
    assert list(Claim.objects.all()) == [claim]


def test_a_yes_to_what_was_withdrawn_is_answered(match, texts):
    withdraw_need(Need.objects.get())
    (answer,) = replies(texts, "yes")
    assert TAKEN in answer


def test_a_yes_in_a_full_week_is_answered_with_the_way_to_the_offer(match, sam, texts):
    claim_need(factories.need(), by=sam, weekly_limit=1)
    (answer,) = replies(texts, "yes")
    assert "as much as you wanted for that week." in answer
    assert answer.endswith("/offer/")
    assert Match.objects.get().state == "notified"


@pytest.mark.parametrize("word", ["yes", "no", "think"])
def test_a_link_asks_while_it_can_be_answered_and_tells_no_one_else(
    match, sam, mallory, client, word
):
    assert '<form method="post">' in main_of(client.get(one_tap_url(f"need_{word}", match.pk, sam)))
    page = main_of(client.get(one_tap_url(f"need_{word}", match.pk, mallory)))
    assert TAKEN in page
    assert "<form" not in page


def _full_week(match: Match, sam: User, vera: User) -> None:
    claim_need(factories.need(), by=sam, weekly_limit=1)


def _taken(match: Match, sam: User, vera: User) -> None:
    offer = factories.offer(by=vera)
    actions.accept(Match.objects.create(need=match.need, offer=offer, score=1))


def _withdrawn(match: Match, sam: User, vera: User) -> None:
    withdraw_need(match.need)


def _said_yes(match: Match, sam: User, vera: User) -> None:
    actions.accept(match)


def _let_go(match: Match, sam: User, vera: User) -> None:
    release_claim(actions.accept(match), by=volunteer(sam))


@pytest.mark.parametrize(
    ("word", "meanwhile"),
    [
        ("yes", _full_week), ("yes", _taken), ("yes", _withdrawn), ("yes", _said_yes),
        ("yes", _let_go), ("no", _taken), ("no", _said_yes), ("no", _let_go),
        ("think", _taken), ("think", _withdrawn), ("think", _said_yes), ("think", _let_go),
    ],
)  # fmt: skip
def test_what_a_tap_would_be_refused_is_said_before_it(match, sam, vera, client, word, meanwhile):
    meanwhile(match, sam, vera)
    link, before = one_tap_url(f"need_{word}", match.pk, sam), stored()
    page = main_of(client.get(link))
    assert "<form" not in page
    assert stored() == before
    assert heading(main_of(client.post(link))) == heading(page), "the same as after the tap"


def test_a_no_and_a_thought_are_free_in_a_full_week(match, sam, vera, client):
    _full_week(match, sam, vera)
    for word in ("no", "think"):
        assert "<form" in main_of(client.get(one_tap_url(f"need_{word}", match.pk, sam)))


def test_a_full_week_is_said_with_the_way_to_change_it(match, sam, vera, client):
    _full_week(match, sam, vera)
    page = main_of(client.get(one_tap_url("need_yes", match.pk, sam)))
    assert "as much as you wanted for that week." in heading(page)
    assert '/offer/">Change my offer' in page


def test_a_no_to_what_was_let_go_already_is_no_success(match, sam, client):
    release_claim(actions.accept(match), by=volunteer(sam))
    with pytest.raises(StateChanged):
        actions.decline(match)
    assert NOT_THIS_TIME not in text(client.post(one_tap_url("need_no", match.pk, sam)))


def test_thinking_about_what_is_taken_is_no_success(match, sam, vera, client):
    claim_need(Need.objects.get(), by=vera, weekly_limit=2)
    assert TAKEN in text(client.post(one_tap_url("need_think", match.pk, sam)))


def test_a_no_to_whether_a_phone_is_theirs_changes_nothing(sam, texts, signed_in):
    signed_in(sam).post("/messages/phone/", {"phone": E164})
    deliver_all()
    assert replies(texts, "NO") == []
    assert sam.preferences.phone_confirmed_at is None


# A neighbour's answers.


@pytest.fixture
def done(sam, texts) -> Claim:
    """Sam says that it is done; the neighbour, who reads text messages, is asked whether it arrived."""
    need = ask_by(TEXTS)
    contact_for_coordinator(need.ask, by=factories.person("Carla", Role.COORDINATOR))
    claim = claim_need(need, by=sam, weekly_limit=2)
    deliver_claim(claim, by=volunteer(sam))
    deliver_all()
    return claim


@pytest.mark.parametrize(("first", "then"), [("yes", "no"), ("no", "yes")])
def test_a_neighbour_who_thinks_better_of_it_is_told_where_it_stands(done, texts, first, then):
    assert replies(texts, first) == []
    state = Claim.objects.get().state
    assert replies(texts, first) == []
    (answer,) = replies(texts, then)
    assert "told us already, or it has changed." in answer
    assert "/need/" in answer
    assert Claim.objects.get().state == state


@pytest.mark.parametrize("told", [confirm_arrival, report_not_arrived])
def test_what_a_neighbour_told_on_the_page_is_not_told_again_by_text(done, texts, told):
    told(done.need)
    state = Claim.objects.get().state
    answers = [replies(texts, word) for word in ("yes", "no")]
    assert sorted(map(len, answers)) == [0, 1]
    assert Claim.objects.get().state == state


# Whether an offer still holds.


@pytest.mark.parametrize(
    ("before", "tap", "told"),
    [
        ("paused", "keep", "taking a break."),
        ("withdrawn", "keep", "stopped, and no one will ask you."),
        ("withdrawn", "pause", "stopped, and no one will ask you."),
        ("active", "keep", "keep asking you when something fits."),
    ],
)
def test_an_answer_about_an_offer_says_how_it_stands(sam, client, signed_in, before, tap, told):
    offer = factories.offer(by=sam)
    if before == "paused":
        pause_offer(offer, until=None)
    elif before == "withdrawn":
        withdraw_offer(offer)
    assert told in text(client.post(one_tap_url(f"offer_{tap}", offer.pk, sam)))
    page = text(signed_in(sam).post(f"/offer/{tap}/", follow=True))
    assert ("This has changed in the meantime." in page) == (before != "active")
    offer.refresh_from_db()
    assert offer.state == before
    assert offer.confirmed_at <= timezone.now()

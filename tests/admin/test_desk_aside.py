"""The desk puts needs aside, keeps doubles together, and changes who helps: by the same actions."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from requests_app import tasks
from requests_app.actions import claim_need, deliver_claim
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need
from tests.support import factories
from tests.support.clock import later

pytestmark = pytest.mark.django_db
NEEDS = "/admin/requests_app/need/"


@pytest.fixture
def desk(carla, signed_in) -> Any:
    return signed_in(carla)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def do(desk: Any, action: str, *needs: Need, **beside: str) -> str:
    body = {"action": action, "_selected_action": [need.pk for need in needs], **beside}
    return text(desk.post(NEEDS, body, follow=True))


def tomorrow() -> str:
    return (timezone.localdate() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("action", "state"), [("no_answer", "no_answer"), ("hold", "on_hold"), ("refer", "referred")]
)
def test_putting_aside_needs_a_day_and_the_day_is_a_worry(desk, action, state):
    need = factories.need()
    for until in ("", "soon", "2020-01-01"):
        assert "Choose a day after today as well." in do(desk, action, need, until=until)
    assert "Done for 1 need." in do(desk, action, need, until=tomorrow())
    need.refresh_from_db()
    assert need.state == state
    assert 'look=again"><strong>0</strong>' in text(desk.get("/admin/"))
    later(days=1)
    assert 'look=again"><strong>1</strong>' in text(desk.get("/admin/"))
    do(desk, "resume", need)
    need.refresh_from_db()
    assert need.state == "open"


def test_doubles_are_kept_together_by_the_code_in_the_list(desk):
    first, again = factories.need(), factories.need()
    for code in ("", "nonsense", "00000000", "zz" * 4):
        assert "Write the code of the other need" in do(desk, "merge", again, code=code)
    assert "Done for 1 need." in do(desk, "merge", again, code=f" {first.code.upper()} ")
    again.refresh_from_db()
    assert again.merged_into == first
    page = text(desk.get(f"{NEEDS}{again.pk}/change/"))
    assert 'value="unmerge"' in page
    assert 'value="publish"' not in page
    do(desk, "unmerge", again)
    again.refresh_from_db()
    assert again.state == "open"


def test_somebody_else_goes_instead(desk, sam, vera):
    need = factories.need()
    claim = claim_need(need, by=sam, weekly_limit=2)
    where = f"{NEEDS}{need.pk}/helpers/"
    assert "Sam · taken on" in text(desk.get(where))
    typed = {"claim": claim.public_id, "what": "reassign"}
    assert "Choose somebody." in text(desk.post(where, typed))
    assert "was told" in text(desk.post(where, typed | {"to": vera.pk}, follow=True))
    assert Claim.objects.live().get().volunteer == vera
    assert "errorlist" in text(desk.post(where, typed | {"to": sam.pk}))


@pytest.mark.parametrize(("what", "state"), [("release", "released"), ("no_show", "no_show")])
def test_who_cannot_or_did_not_come_is_let_go(desk, sam, what, state):
    need = factories.need()
    claim = claim_need(need, by=sam, weekly_limit=2)
    desk.post(f"{NEEDS}{need.pk}/helpers/", {"claim": claim.public_id, "what": what})
    claim.refresh_from_db()
    need.refresh_from_db()
    assert (claim.state, need.state) == (state, "open")


def test_what_was_said_to_be_done_and_was_not_is_a_no_show_and_never_a_release(desk, sam):
    need = factories.need()
    claim = claim_need(need, by=sam, weekly_limit=2)
    deliver_claim(claim, by=volunteer(sam))
    where = f"{NEEDS}{need.pk}/helpers/"
    said = desk.post(where, {"claim": claim.public_id, "what": "release"}, follow=True)
    assert "This has changed in the meantime." in text(said)
    desk.post(where, {"claim": claim.public_id, "what": "no_show"})
    need.refresh_from_db()
    assert need.state == "open"


def test_how_many_are_wanted_is_changed_but_not_below_those_who_come(desk, sam, vera):
    need = factories.need()
    where = f"{NEEDS}{need.pk}/helpers/"
    desk.post(where, {"wanted": "2"})
    for person in (sam, vera):
        claim_need(Need.objects.get(pk=need.pk), by=person, weekly_limit=2)
    assert "Release somebody first." in text(desk.post(where, {"wanted": "1"}, follow=True))
    for nonsense in ("0", "-1", "999", "x", "", "\0"):
        assert "errorlist" in text(desk.post(where, {"wanted": nonsense}))
    need.refresh_from_db()
    assert (need.helpers_wanted, need.state) == (2, "claimed")


def test_a_need_that_ends_soon_with_nobody_is_a_worry(desk):
    factories.need()
    later(days=13.5)
    tasks.sweep()
    assert 'look=ending"><strong>1</strong>' in text(desk.get("/admin/"))


def test_one_need_becomes_several_tasks(desk):
    need = factories.need()
    water, post = factories.category("water"), factories.category("post")
    where = f"{NEEDS}{need.pk}/split/"
    for nonsense in ({}, {"into": "999"}, {"into": "x"}, {"into": "\0"}):
        assert "errorlist" in text(desk.post(where, nonsense))
    said = desk.post(where, {"into": [water.pk, post.pk]}, follow=True)
    assert "2 further needs were made." in text(said)
    assert Need.objects.filter(bundle__isnull=False).count() == 3

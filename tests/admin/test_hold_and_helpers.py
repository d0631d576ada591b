"""The admin puts needs aside, keeps doubles together, and changes who helps: by the same actions."""

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

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
NEEDS = "/admin/requests_app/need/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def do(admin: Any, action: str, *needs: Need, **beside: str) -> str:
    body = {"action": action, "_selected_action": [need.pk for need in needs], **beside}
    return text(admin.post(NEEDS, body, follow=True))


REFUSED_DAYS = {
    "": "Choose a day after today.",
    "soon": "Write the day like this: 2026-12-31.",
    "2020-01-01": "Choose a day after today.",
}


def tomorrow() -> str:
    return (timezone.localdate() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("action", "state"), [("no_answer", "no_answer"), ("hold", "on_hold"), ("refer", "referred")]
)
def test_putting_aside_needs_a_day_and_the_day_asks_for_attention(admin, action, state):
    need = factories.need()
    for until, refused in REFUSED_DAYS.items():
        page = do(admin, action, need, until=until)
        assert refused in page
        assert f'name="until" value="{until}"' in page or not until
        assert f'name="chosen" value="{need.pk}"' in page
    assert "Done for 1 need." in do(admin, action, need, until=tomorrow())
    need.refresh_from_db()
    assert need.state == state
    assert "look=again" not in text(admin.get("/admin/"))
    later(days=1)
    assert 'look=again"><strong>1</strong>' in text(admin.get("/admin/"))
    do(admin, "resume", need)
    need.refresh_from_db()
    assert need.state == "open"


def test_someone_else_goes_instead(admin, sam, vera):
    need = factories.need()
    claim = claim_need(need, by=sam, weekly_limit=2)
    where = f"{NEEDS}{need.pk}/helpers/"
    assert "Sam · said yes" in text(admin.get(where))
    typed = {"claim": claim.public_id, "what": "reassign"}
    assert "Choose someone." in text(admin.post(where, typed))
    assert "was told" in text(admin.post(where, typed | {"other": vera.pk}, follow=True))
    assert Claim.objects.live().get().volunteer == vera
    assert "errorlist" in text(admin.post(where, typed | {"typed_name": "sam"}))


@pytest.mark.parametrize(("what", "state"), [("release", "released"), ("no_show", "no_show")])
def test_who_cannot_or_did_not_come_is_let_go(admin, sam, what, state):
    need = factories.need()
    claim = claim_need(need, by=sam, weekly_limit=2)
    admin.post(f"{NEEDS}{need.pk}/helpers/", {"claim": claim.public_id, "what": what})
    claim.refresh_from_db()
    need.refresh_from_db()
    assert (claim.state, need.state) == (state, "open")


def test_what_was_said_to_be_done_and_was_not_is_a_no_show_and_never_a_release(admin, sam):
    need = factories.need()
    claim = claim_need(need, by=sam, weekly_limit=2)
    deliver_claim(claim, by=volunteer(sam))
    where = f"{NEEDS}{need.pk}/helpers/"
    answer = admin.post(where, {"claim": claim.public_id, "what": "release"})
    assert "This has changed in the meantime." in text(answer)
    admin.post(where, {"claim": claim.public_id, "what": "no_show"})
    need.refresh_from_db()
    assert need.state == "open"


def test_how_many_are_wanted_is_changed_but_not_below_those_who_come(admin, sam, vera):
    need = factories.need()
    where = f"{NEEDS}{need.pk}/helpers/"
    admin.post(where, {"wanted": "2"})
    for person in (sam, vera):
        claim_need(Need.objects.get(pk=need.pk), by=person, weekly_limit=2)
    assert "Release someone first." in text(admin.post(where, {"wanted": "1"}, follow=True))
    for nonsense in ("0", "-1", "999", "x", "", "\0"):
        assert "errorlist" in text(admin.post(where, {"wanted": nonsense}))
    need.refresh_from_db()
    assert (need.helpers_wanted, need.state) == (2, "claimed")


def test_a_need_that_ends_soon_with_no_one_asks_for_attention(admin):
    factories.need()
    later(days=13.5)
    tasks.sweep()
    assert 'look=ending"><strong>1</strong>' in text(admin.get("/admin/"))


def test_one_need_becomes_several_tasks(admin):
    need = factories.need()
    water, post = factories.category("water"), factories.category("post")
    where = f"{NEEDS}{need.pk}/split/"
    for nonsense in ({}, {"into": "999"}, {"into": "x"}, {"into": "\0"}):
        assert "errorlist" in text(admin.post(where, nonsense))
    answer = admin.post(where, {"into": [water.pk, post.pk]}, follow=True)
    assert "2 further needs were made." in text(answer)
    assert need.ask.needs.count() == 3

"""In two clicks, without an account: a copy of everything, or the end of it. Bars P12, R13."""

import json
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from mutualaid.matching import tasks
from mutualaid.matching.actions import accept
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from requests_app import actions
from requests_app.access.links import code_for, make_link, need_by_code
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Claim, Need, NeedContact
from tests.retention.test_erasing import CANARY, TOLD
from tests.support import factories, scene, stored

pytestmark = pytest.mark.django_db
GONE = "Everything about you is erased. This cannot be undone."


@pytest.fixture
def neighbour() -> Client:
    """Somebody with a private link and nothing else."""
    return Client()


def asked(**fields: Any) -> tuple[Need, str]:
    need = factories.need(details=CANARY, **fields)
    return need, make_link(need)


def test_her_page_leads_to_her_data_and_from_there_it_is_one_step(neighbour):
    _need, token = asked()
    assert f'href="/need/{token}/data/"' in neighbour.get(f"/need/{token}/").content.decode()
    page = neighbour.get(f"/need/{token}/data/").content.decode()
    for step in ("download", "erase"):
        assert f'<form method="post" action="/need/{token}/data/{step}/"' in page
    assert "Nobody will come any more." in page


def test_the_copy_holds_everything_she_told_and_what_became_of_it(neighbour, sam, carla):
    need, token = asked(people_count=4)
    claim = actions.claim_need(need, by=sam, weekly_limit=2)
    actions.contact_of_claim(claim, by=sam)
    actions.contact_for_desk(need, by=carla)
    answer = neighbour.post(f"/need/{token}/data/download/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in answer.headers["Cache-Control"]
    told = json.loads(answer.content)
    assert set(TOLD) <= {str(one) for one in told["you"].values()}
    assert CANARY.name in answer.content.decode(), "names are readable, not escaped"
    looks = [look["who"] for look in told["who_looked_at_your_contact_details"]]
    assert looks == ["Sam", "a coordinator"]
    assert told["what_you_asked_for"]["for_how_many_people"] == 4
    assert [line["what"] for line in told["what_happened"]] == ["You asked.", "Somebody said yes."]
    assert "Carla" not in answer.content.decode()


def test_erasing_leaves_no_word_of_hers_and_no_way_back(neighbour):
    need, token = asked()
    code = code_for(token)
    answer = neighbour.post(f"/need/{token}/data/erase/", follow=True)
    assert answer.redirect_chain[-1][0] == "/"
    assert GONE in answer.content.decode()
    assert NeedContact.objects.get(pk=need.pk).name == ""
    assert need_by_code(code) is None
    for path in ("", "data/"):
        assert neighbour.get(f"/need/{token}/{path}").status_code == 404
    for step in ("download", "erase"):
        assert neighbour.post(f"/need/{token}/data/{step}/").status_code == 404


@pytest.mark.parametrize(
    ("state", "claim_ends_as", "why"),
    [
        ("open", None, "withdrawn"),
        ("claimed", "cancelled", "withdrawn"),
        ("delivered", "unconfirmed", "unconfirmed"),
        ("closed", "confirmed", "fulfilled"),
    ],
)
def test_whatever_state_it_is_in_it_ends_first(neighbour, sam, state, claim_ends_as, why):
    need, token = asked()
    if state != "open":
        claim = actions.claim_need(need, by=sam, weekly_limit=2)
    if state in ("delivered", "closed"):
        actions.deliver_claim(claim, by=volunteer(sam))
    if state == "closed":
        actions.confirm_arrival(need)
    need.refresh_from_db()
    assert need.state == state
    neighbour.post(f"/need/{token}/data/erase/")
    need.refresh_from_db()
    assert (need.state, need.close_reason) == ("closed", why)
    assert list(Claim.objects.values_list("state", flat=True)) == [claim_ends_as][: state != "open"]
    assert need.erased_at


def test_the_volunteer_is_told_sees_nothing_more_and_the_neighbour_gets_no_mail(
    neighbour, sam, signed_in
):
    factories.offer(by=sam)
    need, token = asked()
    other = factories.need()
    tasks.sweep()
    actions.claim_need(need, by=sam, weekly_limit=2)
    neighbour.post(f"/need/{token}/data/erase/")
    actions.erase_need(other)
    deliver_all()
    assert {letter.to[0] for letter in mail.outbox} == {"sam@people.example"}
    assert [letter.subject for letter in mail.outbox] == ["You need not go any more"]
    assert set(Notification.objects.values_list("state", flat=True)) == {"sent", "cancelled"}
    claim = Claim.objects.get()
    page = signed_in(sam).get(f"/claims/{claim.public_id}/")
    assert page.status_code == 200
    assert stored.leaks(TOLD, page.content.decode()) == []


def test_erasing_twice_is_erasing_once():
    need, _token = asked()
    actions.erase_need(need)
    first = Need.objects.get().erased_at
    actions.erase_need(need)
    assert Need.objects.get().erased_at == first


def test_a_yes_given_to_a_need_that_was_just_erased_is_refused():
    here = scene.build()
    actions.erase_need(here.open_need)
    with pytest.raises(actions.StateChanged):
        accept(here.match)

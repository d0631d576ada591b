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
from requests_app.access.links import ask_by_code, code_for, make_link
from requests_app.lifecycle.actors import volunteer
from requests_app.models import Ask, AskContact, Claim, Need
from tests.support import canary, factories, scene, stored
from tests.support.canary import CANARY, NOTES, SECRETS
from tests.support.subjects import unmarked

pytestmark = pytest.mark.django_db
GONE = "erased everything about you."


@pytest.fixture
def neighbour() -> Client:
    """Someone with a private link and nothing else."""
    return Client()


def asked(**fields: Any) -> tuple[Ask, str]:
    ask = canary.ask(**fields)
    return ask, make_link(ask)


def test_their_page_leads_to_their_data_and_from_there_it_is_one_step(neighbour):
    _ask, token = asked()
    assert f'href="/need/{token}/data/"' in neighbour.get(f"/need/{token}/").content.decode()
    page = neighbour.get(f"/need/{token}/data/").content.decode()
    for step in ("download", "erase"):
        assert f'<form method="post" action="/need/{token}/data/{step}/"' in page


def test_the_copy_holds_everything_they_told_and_what_became_of_it(neighbour, sam, carla):
    ask, token = asked(people_count=4)
    actions.add_needs(ask, [factories.details(category=factories.category("rides"))])
    claim = actions.claim_need(ask.needs.earliest("pk"), by=sam, weekly_limit=2)
    actions.contact_of_claim(claim, by=sam)
    actions.contact_for_coordinator(ask, by=carla)
    answer = neighbour.post(f"/need/{token}/data/download/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert "no-store" in answer.headers["Cache-Control"]
    copy = json.loads(answer.content)
    groceries, rides = copy["what_you_asked_for"]
    assert set(SECRETS) <= {str(one) for one in (copy["you"] | groceries).values()}
    assert CANARY.name in answer.content.decode(), "names are readable, not escaped"
    looks = [look["who"] for look in copy["who_looked_at_your_contact_details"]]
    assert looks == [
        "Sam",
        "a coordinator",
        "someone with your link read or downloaded your details",
    ]
    assert (groceries["for_how_many_people"], rides["kind_of_help"]) == (4, "Rides")
    assert [len(need["what_happened"]) for need in (groceries, rides)] == [2, 1]
    assert "Carla" not in answer.content.decode()


def test_erasing_leaves_no_word_of_theirs_and_no_way_back(neighbour):
    ask, token = asked()
    code = code_for(token)
    answer = neighbour.post(f"/need/{token}/data/erase/", follow=True)
    assert answer.redirect_chain[-1][0] == "/"
    assert GONE in answer.content.decode()
    assert AskContact.objects.get(ask=ask).name == ""
    assert stored.leaks(SECRETS, stored.every_row()) == []
    assert ask_by_code(code) is None
    for path in ("", "data/"):
        assert neighbour.get(f"/need/{token}/{path}").status_code == 404
    for step in ("download", "erase"):
        assert neighbour.post(f"/need/{token}/data/{step}/").status_code == 404


def test_erasing_ends_all_that_was_asked_for(neighbour):
    ask, token = asked()
    actions.add_needs(ask, [factories.details(notes=NOTES)])
    neighbour.post(f"/need/{token}/data/erase/")
    assert list(ask.needs.values_list("state", flat=True)) == ["closed", "closed"]
    assert not ask.needs.filter(erased_at=None).exists()
    assert stored.leaks(SECRETS, stored.every_row()) == []


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
    ask, token = asked()
    need = ask.needs.get()
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
    ask, token = asked()
    other = factories.ask()
    tasks.sweep()
    actions.claim_need(ask.needs.get(), by=sam, weekly_limit=2)
    neighbour.post(f"/need/{token}/data/erase/")
    actions.erase_ask(other)
    deliver_all()
    assert {letter.to[0] for letter in mail.outbox} == {"sam@people.example"}
    assert [unmarked(letter.subject) for letter in mail.outbox] == ["You no longer need to go"]
    assert set(Notification.objects.values_list("state", flat=True)) == {"sent", "cancelled"}
    claim = Claim.objects.get()
    page = signed_in(sam).get(f"/claims/{claim.public_id}/")
    assert page.status_code == 200
    assert stored.leaks(SECRETS, page.content.decode()) == []


def test_erasing_twice_is_erasing_once():
    ask, _token = asked()
    actions.erase_ask(ask)
    first = (Ask.objects.get().erased_at, Need.objects.get().erased_at)
    actions.erase_ask(ask)
    assert (Ask.objects.get().erased_at, Need.objects.get().erased_at) == first
    assert None not in first


def test_a_yes_given_to_a_need_that_was_just_erased_is_refused():
    here = scene.build()
    actions.erase_ask(here.open_need.ask)
    with pytest.raises(actions.StateChanged):
        accept(here.match)

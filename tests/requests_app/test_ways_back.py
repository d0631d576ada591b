"""Links that end, are taken back, are lost and sent again; and nobody learns anything by trying."""

import re
from base64 import b64encode
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import Tries
from requests_app import tasks
from requests_app.access.links import code_for, make_link, need_by_code, need_by_token, renew_links
from requests_app.access.recovery import needs_of_address
from requests_app.actions import Details, withdraw_need
from requests_app.models import LinkRecoveryRequest, Need, NeedContact, PrivateLink
from requests_app.pages.views.decorators import TRIES_AN_HOUR
from tests.support import factories

pytestmark = pytest.mark.django_db
ANA = Details(name="Ana", phone="+1 555 010-0199", email="Ana@Mail.example")


def lose(client, address: str):
    """Type an address, and let the worker do its part."""
    answer = client.post("/need/lost/", {"address": address}, follow=True)
    tasks.sweep()
    mail.outbox.clear()
    deliver_all()
    return answer


def body(answer) -> bytes:
    """The page without what differs on every page: the token of its forms."""
    return re.sub(rb'value="[A-Za-z0-9]{64}"', b"", answer.content)


def close(need: Need, days_ago: float) -> None:
    withdraw_need(need)
    Need.objects.filter(pk=need.pk).update(closed_at=timezone.now() - timedelta(days=days_ago))


@pytest.mark.parametrize("typed", ["ana@mail.example", " ANA@mail.EXAMPLE ", "555 0100199"])
def test_a_lost_link_is_sent_to_the_address_on_file(client, typed):
    need = factories.need(details=ANA)
    deliver_all()
    lose(client, typed)
    (sent,) = mail.outbox
    assert sent.to == ["Ana@Mail.example"]
    token = re.findall(r"/need/([^/\s]+)/", str(sent.body))[0]
    found = need_by_token(token)
    assert found
    assert found[0] == need
    assert not LinkRecoveryRequest.objects.exists()


def test_without_an_address_for_mail_a_coordinator_is_asked_to_ring(client, carla, signed_in):
    need = factories.need()
    lose(client, "555 0100")
    assert mail.outbox == []
    desk = signed_in(carla)
    listed = desk.get("/admin/requests_app/need/?look=ring").content.decode()
    assert need.code in listed
    told = desk.post(
        "/admin/requests_app/need/",
        {"action": "give_code", "_selected_action": need.pk},
        follow=True,
    ).content.decode()
    code = re.findall(r"the code is ([A-Z0-9]{4}-[A-Z0-9]{4})", told)[0]
    assert need_by_code(code) == need
    assert need.code not in desk.get("/admin/requests_app/need/?look=ring").content.decode()


def test_known_unknown_and_nonsense_are_answered_alike(client):
    factories.need(details=ANA)
    deliver_all()
    typed = ["ana@mail.example", "other@mail.example", "555 010 0199", "555 999", "?", "\t7\t"]
    answers = [lose(client, one) for one in typed]
    assert {(one.status_code, body(one)) for one in answers} == {(200, body(answers[0]))}


def test_the_page_does_the_same_work_whoever_it_is(client, django_assert_num_queries):
    factories.need(details=ANA)
    client.post("/need/lost/", {"address": "nobody@mail.example"})
    for typed in ("ana@mail.example", "other@mail.example"):
        with django_assert_num_queries(6):
            client.post("/need/lost/", {"address": typed})


@pytest.mark.parametrize("typed", ["", " ", "\0", "x" * 300])
def test_what_is_no_address_is_told_kindly(client, typed):
    answer = client.post("/need/lost/", {"address": typed})
    assert "<title>Error:" in answer.content.decode()
    assert not LinkRecoveryRequest.objects.exists()


def test_asked_often_it_is_one_mail_an_hour_and_then_it_stops(client):
    factories.need(details=ANA)
    deliver_all()
    assert [len(mail.outbox) for _ in range(3) if lose(client, ANA.email)] == [1, 0, 0]
    for _ in range(TRIES_AN_HOUR - 3):
        lose(client, ANA.email)
    assert lose(client, ANA.email).status_code == 429


def test_each_need_of_an_address_is_found_until_its_way_back_is_over(settings):
    live, closed, long_closed = (factories.need(details=ANA) for _ in range(3))
    close(closed, days_ago=settings.LINK_DAYS_AFTER_END - 1)
    close(long_closed, days_ago=settings.LINK_DAYS_AFTER_END + 1)
    factories.need()
    assert set(needs_of_address(ANA.email)) == {live, closed}
    assert set(needs_of_address("0100199")) == set()
    assert set(needs_of_address("")) == set()


def test_what_was_typed_is_not_kept_and_the_index_cannot_be_made_without_the_key(client, settings):
    factories.need(details=ANA)
    client.post("/need/lost/", {"address": ANA.email})
    kept = [
        LinkRecoveryRequest.objects.get().address_indexes,
        NeedContact.objects.get().email_index,
    ]
    assert kept[0] == kept[1]
    assert "ana" not in kept[0]
    settings.CONTACT_KEYS = [f"other:{b64encode(bytes(32)).decode()}"]
    assert not needs_of_address(ANA.email).exists()


def test_answered_twice_at_once_nothing_is_doubled():
    need = factories.need(details=ANA)
    lost = LinkRecoveryRequest.objects.create(address_indexes=NeedContact.objects.get().email_index)
    for _ in range(2):
        tasks.answer_lost_link(lost.pk)
    deliver_all()
    assert [m.subject for m in mail.outbox].count("Your link") == 1
    assert need.links.count() == len(mail.outbox)


def test_a_link_that_others_know_is_taken_back_with_its_code_and_all_others(client):
    need = factories.need()
    token, other = make_link(need), make_link(need)
    assert "Does somebody else know" in client.get(f"/need/{token}/new-link/").content.decode()
    answer = client.post(f"/need/{token}/new-link/")
    fresh = answer.headers["Location"].split("/")[2]
    for old in (token, other):
        assert need_by_token(old) is None
        assert need_by_code(code_for(old)) is None
    page = client.get(f"/need/{fresh}/").content.decode()
    assert code_for(fresh) in page


def test_a_link_ends_some_time_after_its_need(client, settings):
    need = factories.need()
    token = make_link(need)
    close(need, days_ago=settings.LINK_DAYS_AFTER_END - 1)
    assert client.get(f"/need/{token}/").status_code == 200
    Need.objects.update(closed_at=timezone.now() - timedelta(days=settings.LINK_DAYS_AFTER_END + 1))
    assert client.get(f"/need/{token}/").status_code == 404
    assert need_by_code(code_for(token)) is None


def useless_links() -> list[str]:
    """One of each: wrong, revoked, renewed, expired, meant for something else, nonsense."""
    needs = [factories.need() for _ in range(3)]
    revoked, renewed, expired = (make_link(need) for need in needs)
    PrivateLink.objects.filter(need=needs[0]).update(revoked_at=timezone.now())
    renew_links(needs[1])
    close(needs[2], days_ago=1000)
    foreign = needs[0].public_id
    return ["wrong", revoked, renewed, expired, str(foreign), "x" * 500, "%00"]


PATHS = ("", "withdraw/sure/", "new-link/")


def test_every_link_that_opens_nothing_gives_the_same_page(client):
    for path in PATHS:
        answers = [client.get(f"/need/{token}/{path}") for token in useless_links()[:5]]
        assert {(one.status_code, body(one)) for one in answers} == {(404, body(answers[0]))}
        Tries.objects.all().delete()


def test_after_twenty_wrong_links_guessing_gets_no_answer_at_all(client):
    token = make_link(factories.need())
    for n in range(TRIES_AN_HOUR):
        assert client.get(f"/need/wrong-{n}/").status_code == 404
    stopped = [client.get(f"/need/{t}/") for t in ("wrong", *useless_links())]
    assert {(one.status_code, body(one)) for one in stopped} == {(429, body(stopped[0]))}
    # 192 random bits cannot be guessed, so nobody is locked out by others on her network.
    assert client.get(f"/need/{token}/").status_code == 200

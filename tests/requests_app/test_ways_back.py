"""Links that end, are taken back, are lost and sent again; and no one learns anything by trying."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import RateLimitWindow
from mutualaid.people.ratelimit import WRONG_LINKS
from mutualaid.policy.current import current_policy
from requests_app import tasks
from requests_app.access.links import ask_by_code, ask_by_token, code_for, make_link, renew_links
from requests_app.actions import ContactDetails, withdraw_need
from requests_app.models import Ask, AskContactPoint, LinkRecoveryRequest, Need, PrivateLink
from tests.support import factories
from tests.support.calling import codes_in
from tests.support.subjects import unmarked

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ANA = ContactDetails(name="Ana", phone="+1 555 010-0199", email="Ana@Mail.example")


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


def close(ask: Ask, days_ago: float) -> None:
    for need in ask.needs.all():
        withdraw_need(need)
    ask.needs.update(closed_at=timezone.now() - timedelta(days=days_ago))


@pytest.mark.parametrize("typed", ["ana@mail.example", " ANA@mail.EXAMPLE ", "555 0100199"])
def test_a_lost_link_is_sent_to_the_address_on_file(client, typed):
    ask = factories.ask(contact=ANA)
    deliver_all()
    lose(client, typed)
    (sent,) = mail.outbox
    assert sent.to == ["Ana@Mail.example"]
    token = re.findall(r"/need/([^/\s]+)/", str(sent.body))[0]
    opened = ask_by_token(token)
    assert opened
    assert opened[0] == ask
    assert not LinkRecoveryRequest.objects.exists()


def test_without_an_address_for_mail_a_coordinator_is_asked_to_ring(client, carla, signed_in):
    need = factories.need()
    lose(client, "555 0100")
    assert mail.outbox == []
    admin = signed_in(carla)
    to_ring = "/admin/requests_app/ask/?call_back_at__isempty=0"
    assert need.ask.code in admin.get(to_ring).content.decode()
    path = f"/admin/requests_app/ask/{need.ask_id}/code/"
    (code,) = codes_in(admin.post(path))
    assert ask_by_code(code) == need.ask
    assert need.ask.code not in admin.get(to_ring).content.decode()


def test_known_and_unknown_are_answered_alike(client):
    factories.need(contact=ANA)
    deliver_all()
    typed = ["ana@mail.example", "other@mail.example", "555 010 0199", "555 999", "Bo: 555 999"]
    answers = [lose(client, one) for one in typed]
    assert {(one.status_code, body(one)) for one in answers} == {(200, body(answers[0]))}


def test_the_page_does_the_same_work_whoever_it_is(client, django_assert_num_queries):
    factories.need(contact=ANA)
    client.post("/need/lost/", {"address": "nobody@mail.example"})
    for typed in ("ana@mail.example", "other@mail.example"):
        with django_assert_num_queries(14):
            client.post("/need/lost/", {"address": typed})


@pytest.mark.parametrize("typed", ["", " ", "\0", "x" * 300, "hello", "?", "\t7\t"])
def test_what_is_no_address_is_told_kindly(client, typed):
    answer = client.post("/need/lost/", {"address": typed})
    assert "<title>Error:" in answer.content.decode()
    assert not LinkRecoveryRequest.objects.exists()


def test_asked_often_it_is_one_mail_an_hour_and_then_it_stops(client):
    factories.need(contact=ANA)
    deliver_all()
    assert [len(mail.outbox) for _ in range(3) if lose(client, ANA.email)] == [1, 0, 0]
    for _ in range(WRONG_LINKS.most - 3):
        lose(client, ANA.email)
    assert lose(client, ANA.email).status_code == 429


def test_each_ask_of_an_address_is_found_until_its_way_back_is_over(client, settings):
    live, closed, long_closed = (factories.ask(contact=ANA) for _ in range(3))
    close(closed, days_ago=current_policy().link_days_after_end - 1)
    close(long_closed, days_ago=current_policy().link_days_after_end + 1)
    factories.ask()
    deliver_all()
    lose(client, ANA.email)
    tokens = [re.findall(r"/need/([^/\s]+)/", str(m.body))[0] for m in mail.outbox]
    opened = [ask_by_token(token) for token in tokens]
    assert {ask for ask, _link in filter(None, opened)} == {live, closed}
    assert len(tokens) == 2
    lose(client, "0100199")
    assert mail.outbox == []


def test_one_link_leads_back_to_all_that_was_asked_together(client):
    kinds = [factories.category("groceries"), factories.category("meals")]
    ask = factories.ask(*(factories.details(category=kind) for kind in kinds), contact=ANA)
    deliver_all()
    lose(client, ANA.email)
    (sent,) = mail.outbox
    page = client.get(re.findall(r"/need/[^/\s]+/", str(sent.body))[0]).content.decode()
    assert all(need.category.label in page for need in ask.needs.all())


def test_what_was_typed_is_not_kept_only_its_fingerprint(client):
    factories.need(contact=ANA)
    client.post("/need/lost/", {"address": ANA.email})
    kept = LinkRecoveryRequest.objects.get().fingerprints
    assert kept in set(AskContactPoint.objects.values_list("fingerprint", flat=True))
    assert "ana" not in kept


def test_answered_twice_at_once_nothing_is_doubled():
    ask = factories.ask(contact=ANA)
    mark = AskContactPoint.objects.values_list("fingerprint", flat=True)[0]
    lost = LinkRecoveryRequest.objects.create(fingerprints=mark)
    for _ in range(2):
        tasks.answer_link_recovery(lost.pk)
    deliver_all()
    assert [unmarked(m.subject) for m in mail.outbox].count("Your link") == 1
    assert ask.links.count() == len(mail.outbox)


def test_a_link_that_others_know_is_taken_back_with_its_code_and_all_others(client):
    ask = factories.ask()
    token, other = make_link(ask), make_link(ask)
    assert "Does someone else know" in client.get(f"/need/{token}/new-link/").content.decode()
    answer = client.post(f"/need/{token}/new-link/")
    fresh = answer.headers["Location"].split("/")[2]
    for old in (token, other):
        assert ask_by_token(old) is None
        assert ask_by_code(code_for(old)) is None
    page = client.get(f"/need/{fresh}/").content.decode()
    assert code_for(fresh) in page


def test_a_link_ends_some_time_after_its_need(client, settings):
    ask = factories.ask()
    token = make_link(ask)
    close(ask, days_ago=current_policy().link_days_after_end - 1)
    assert client.get(f"/need/{token}/").status_code == 200
    Need.objects.update(
        closed_at=timezone.now() - timedelta(days=current_policy().link_days_after_end + 1)
    )
    assert client.get(f"/need/{token}/").status_code == 404
    assert ask_by_code(code_for(token)) is None


def useless_links() -> list[str]:
    """One of each: wrong, revoked, renewed, expired, meant for something else, nonsense."""
    asks = [factories.ask() for _ in range(3)]
    revoked, renewed, expired = (make_link(ask) for ask in asks)
    PrivateLink.objects.filter(ask=asks[0]).update(revoked_at=timezone.now())
    renew_links(asks[1])
    close(asks[2], days_ago=1000)
    return ["wrong", revoked, renewed, expired, str(asks[0].public_id), "x" * 500, "%00"]


PATHS = ("", "change/", "new-link/")


def test_every_link_that_opens_nothing_gives_the_same_page(client):
    for path in PATHS:
        answers = [client.get(f"/need/{token}/{path}") for token in useless_links()[:5]]
        assert {(one.status_code, body(one)) for one in answers} == {(404, body(answers[0]))}
        RateLimitWindow.objects.all().delete()


def test_after_twenty_wrong_links_guessing_gets_no_answer_at_all(client):
    token = make_link(factories.ask())
    for n in range(WRONG_LINKS.most):
        assert client.get(f"/need/wrong-{n}/").status_code == 404
    stopped = [client.get(f"/need/{t}/") for t in ("wrong", *useless_links())]
    assert {(one.status_code, body(one)) for one in stopped} == {(429, body(stopped[0]))}
    # 192 random bits cannot be guessed, so no one is locked out by others on their network.
    assert client.get(f"/need/{token}/").status_code == 200

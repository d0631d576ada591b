"""No one is invited to help themself, and no one hears of an ask that is kept from them, in any way."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.utils import timezone

from mutualaid.encryption.fingerprints import fingerprints
from mutualaid.matching import actions as matching
from mutualaid.matching.backlog.run import run_backlog
from mutualaid.matching.models import Match, Proposal
from mutualaid.matching.outreach.manual import invite_one, pin
from mutualaid.matching.outreach.match_need import match_need
from mutualaid.matching.search.ranking import best_offers
from mutualaid.matching.tasks import sweep as match_all
from mutualaid.notify.actions import give_phone
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.people.models import User
from requests_app import actions
from requests_app.access.exclusions import is_kept_from
from requests_app.actions import ContactDetails, NeedDetails, NotForYou, StateChanged
from requests_app.lifecycle.actors import coordinator
from requests_app.models import Ask, Exclusion, Need
from tests.support import factories
from tests.support.people import PHONE, has_phone, wishes
from tests.support.subjects import unmarked

pytestmark = pytest.mark.django_db


def by(*, phone: str = "", email: str = "") -> Callable[[User], Need]:
    """An ask by someone with this contact."""
    return lambda _: factories.need(contact=ContactDetails(name="Ana", phone=phone, email=email))


def kept(**fields: Any) -> Callable[[User], Need]:
    """An ask of someone else, from which Sam is kept, and which a coordinator has published."""

    def make(carla: User) -> Need:
        need = factories.need(**fields)
        if need.state == "triage":
            actions.publish_need(need, by=coordinator(carla))
        return need

    return make


SAMES: dict[str, Callable[[User], Need]] = {
    "with their account": lambda _: factories.need(account=User.objects.get(name="Sam")),
    "with their e-mail in capitals": by(email="SAM@People.Example"),
    "with their phone": by(phone=PHONE),
    "with their phone without its country": by(phone="(212) 555-0143"),
    "with their phone as a mobile": by(phone="mobile: 212.555.0143"),
    "with their phone behind another": by(phone="608-555-0142 / 212 555 0143"),
    "from which their e-mail is kept": kept(keep_from_contact_points=["sam@people.example"]),
    "from which their phone is kept": kept(keep_from_contact_points=["call 2125550143 never"]),
}


def legal() -> NeedDetails:
    return factories.details(category=factories.category("legal", sensitive=True))


def sensitive_from_the_start(made: Callable[[User], Need]) -> Callable[[User], Need]:
    """The same need, in an ask for something sensitive as well, which a coordinator has published."""

    def make(carla: User) -> Need:
        with pytest.MonkeyPatch.context() as patch:
            ask_for = factories.ask
            patch.setattr(
                factories,
                "need",
                lambda **f: ask_for(factories.details(), legal(), **f).needs.first(),
            )
            return published(made(carla), carla)

    return make


def sensitive_later(made: Callable[[User], Need]) -> Callable[[User], Need]:
    def make(carla: User) -> Need:
        need = made(carla)
        actions.add_needs(need.ask, [legal()])
        need.refresh_from_db()
        return published(need, carla)

    return make


def of_a_sensitive_household(made: Callable[[User], Need]) -> Callable[[User], Need]:
    def make(carla: User) -> Need:
        need = made(carla)
        other = factories.ask(legal(), contact=ContactDetails(name="Bo"))
        actions.merge_asks(other, into=need.ask, by=coordinator(carla))
        need.refresh_from_db()
        return published(need, carla)

    return make


def published(need: Need, carla: User) -> Need:
    assert need.ask.veiled
    if need.state == "triage":
        actions.publish_need(need, by=coordinator(carla))
    return need


SAMES |= {
    f"{name}, {how.__name__}": how(made)
    for name, made in list(SAMES.items())
    for how in (sensitive_from_the_start, sensitive_later, of_a_sensitive_household)
}
EVERY = pytest.mark.parametrize("made", SAMES.values(), ids=SAMES)


@pytest.fixture(autouse=True)
def helper(sam: User) -> User:
    """Sam offers just what is asked for, and has confirmed a phone."""
    has_phone(sam)
    factories.offer(by=sam, per_week=9)
    return sam


@pytest.fixture
def invited(sam: User) -> Match:
    """Sam is invited to an ask of someone else, and is thinking about it."""
    need = factories.need(contact=ContactDetails(name="Ana", phone="608-555-0199"))
    match_need(need.pk)
    match = need.matches.get()
    matching.think_about(match)
    return Match.objects.get(pk=match.pk)


def hears_nothing(match: Match, sam: User, browser: Any, client: Any) -> None:
    """The invitation of before opens nothing, says nothing, and does nothing."""
    page = f"/help/{match.public_id}/"
    assert browser.get(page).status_code == 404
    for step in ("yes/", "no/", "thinking/"):
        assert browser.post(page + step).status_code == 404
    assert page not in browser.get("/help/").content.decode()
    for name in ("need_yes", "need_no", "need_think"):
        url = one_tap_url(name, match.pk, sam)
        assert "Groceries" not in client.get(url).content.decode()
        assert "This one is no longer open." in client.post(url).content.decode()
    match.refresh_from_db()
    assert match.state == "superseded"
    assert not match.need.claims.exists()


@EVERY
def test_they_are_no_candidate_and_invited_in_no_wave(made, sam, carla):
    need = made(carla)
    fresh = Need.objects.select_related("category", "locality", "ask").get(pk=need.pk)
    assert best_offers(fresh, 20).offers == []
    assert best_offers(fresh, 20, only=sam).offers == []
    match_all()
    deliver_all()
    assert not need.matches.exists()
    assert not [
        letter for letter in mail.outbox if unmarked(letter.subject) == "A need that fits you"
    ]


@EVERY
def test_the_whole_backlog_proposes_them_to_others_only(made, vera, carla):
    need = made(carla)
    run = run_backlog(cold=True)
    assert (run.outcome, run.pairs) == ("done", 0)
    assert not Proposal.objects.filter(need=need).exists()
    other = factories.offer(by=vera)
    assert run_backlog(cold=False).pairs == 1
    assert Proposal.objects.get(need=need).offer == other


@EVERY
def test_it_fits_them_on_no_page_and_they_cannot_take_it_on(made, sam, carla, signed_in):
    need = made(carla)
    browser = signed_in(sam)
    assert matching.match_for(sam, need) is None
    page = browser.post(f"/help/need/{need.public_id}/ask/", follow=True).content.decode()
    assert "Why you" not in page
    with pytest.raises(NotForYou):
        actions.claim_need(need, by=sam, weekly_limit=9)
    with pytest.raises(NotForYou):
        matching.assign(need, to=sam, by=coordinator(carla))


@EVERY
def test_a_match_that_is_there_all_the_same_is_not_shown_and_no_invitation(made, sam, carla):
    """As if it had been stored in the moment before they were known to be the same person."""
    need = made(carla)
    match = need.matches.create(offer=sam.offer, score=90, pinned=True)
    assert not Match.objects.of(sam).exists()
    with pytest.raises(StateChanged):
        invite_one(match, by=carla)
    match_need(need.pk)
    match.refresh_from_db()
    assert (match.state, match.invited_at) == ("suggested", None)
    deliver_all()
    assert not [
        letter for letter in mail.outbox if unmarked(letter.subject) == "A need that fits you"
    ]


@EVERY
def test_what_is_told_once_a_week_leaves_it_out(made, sam, carla):
    wishes(sam, pace="weekly")
    other = factories.need(category=factories.category("rides"))
    for need in (made(carla), other):
        at = timezone.now()
        need.matches.create(offer=sam.offer, score=90, state="notified", invited_at=at)
    matching_digest = told_together(sam)
    assert [asked["need"] for asked in matching_digest] == [other]


def told_together(user: User) -> list[dict[str, Any]]:
    from mutualaid.matching.notifications.volunteers import need_digest

    letter = need_digest(user.pk)
    return list(letter.context["invitations"]) if letter else []


@pytest.mark.parametrize("now_theirs", ["phone", "e-mail"])
def test_a_contact_point_that_the_account_gets_later_ends_the_invitation(
    invited, sam, vera, signed_in, client, now_theirs
):
    factories.offer(by=vera)
    if now_theirs == "phone":
        contact: dict[str, Any] = {"phone": "+1 (646) 555-0177"}
        actions.change_ask(invited.need.ask, contact)
        wishes(sam, phone="+16465550177", phone_confirmed_at=timezone.now())
    else:
        actions.change_ask(invited.need.ask, {"email": "second@people.example"})
        EmailAddress.objects.create(user=sam, email="Second@people.example")
    hears_nothing(invited, sam, signed_in(sam), client)
    match_all()
    assert invited.need.matches.get(state="notified").offer.volunteer == vera


@pytest.mark.parametrize(
    "given",
    [
        {"phone": "608-555-0199, at work 212-555-0143"},
        {"email": "sam@people.example"},
        {"keep_from_contact_points": ["Sam@people.example"]},
    ],
    ids=str,
)
def test_a_contact_point_that_the_ask_gets_later_ends_the_invitation_to_each_of_its_needs(
    invited, sam, carla, signed_in, client, given
):
    other = factories.need(of=invited.need.ask)
    match_need(other.pk)
    assert other.matches.get().state == "notified"
    Need.objects.update(match_due_at=None)
    actions.change_ask(invited.need.ask, given)
    needs = Need.objects.order_by("pk")
    read_first = "keep_from_contact_points" in given
    assert {need.state for need in needs} == {"triage" if read_first else "open"}
    assert Need.objects.due_for_matching().count() == (0 if read_first else 2)
    for need in needs.filter(state="triage"):
        actions.publish_need(need, by=coordinator(carla))
    match_all()
    for need in needs:
        hears_nothing(need.matches.get(), sam, signed_in(sam), client)


def test_what_was_only_suggested_is_forgotten_even_where_a_coordinator_put_it_first(sam, carla):
    factories.set_policy(wave_chances=[0.0] * 4)
    need = factories.need()
    match_need(need.pk)
    pin(need.matches.get(), by=carla)
    run_backlog(cold=True)
    assert Proposal.objects.get().offer == sam.offer
    actions.change_ask(need.ask, {"email": sam.email})
    assert not need.matches.exists()
    assert not Proposal.objects.exists()


def test_who_said_yes_before_they_were_excluded_has_no_claim_and_no_page(
    invited, sam, carla, signed_in, client
):
    matching.accept(invited)
    actions.exclude(invited.need.ask, people=[sam], by=coordinator(carla))
    assert signed_in(sam).get(f"/help/{invited.public_id}/").status_code == 404
    assert not invited.need.claims.live().exists()
    need = Need.objects.get(pk=invited.need_id)
    assert need.state == "triage", "a coordinator reads it before anybody else hears of it"
    assert (
        "This one is no longer open."
        in client.post(one_tap_url("need_yes", invited.pk, sam)).content.decode()
    )


@pytest.mark.parametrize("said", ["thinks", "yes"])
def test_kept_from_an_ask_that_was_put_together_with_it_the_needs_of_both_are(
    invited, sam, carla, signed_in, client, said
):
    other = factories.need(contact=ContactDetails(name="Bo", phone="608-555-0188")).ask
    actions.merge_asks(other, into=invited.need.ask, by=coordinator(carla))
    if said == "yes":
        matching.accept(invited)
    actions.exclude(other, people=[sam], by=coordinator(carla))
    assert not invited.need.claims.live().exists()
    assert Need.objects.get(pk=invited.need_id).state == "triage"
    if said == "thinks":
        hears_nothing(invited, sam, signed_in(sam), client)


def test_put_together_while_it_was_being_kept_from_someone_nothing_is_kept_by_half(
    invited, sam, carla
):
    other = factories.need(contact=ContactDetails(name="Bo", phone="608-555-0188")).ask
    as_it_was_read = Ask.objects.get(pk=other.pk)
    actions.merge_asks(other, into=invited.need.ask, by=coordinator(carla))
    with pytest.raises(StateChanged):
        actions.revise_ask(as_it_was_read, {}, people=[sam], by=coordinator(carla))
    assert not Exclusion.objects.exists()
    actions.revise_ask(as_it_was_read, {}, people=[sam], by=coordinator(carla))
    assert is_kept_from(sam, invited.need.ask)


@pytest.mark.parametrize("is_veiled", [False, True], ids=["", "veiled"])
def test_what_is_kept_from_them_without_our_actions_ends_with_the_next_look(
    invited, sam, vera, signed_in, client, is_veiled
):
    if is_veiled:
        actions.add_needs(invited.need.ask, [legal()])
    Need.objects.filter(pk=invited.need_id).update(state="open", match_due_at=None)
    (stored,) = Ask.objects.get().stored_fingerprints(fingerprints(sam.email))
    Exclusion.objects.bulk_create([Exclusion(ask_id=invited.need.ask_id, fingerprint=stored)])
    assert told_together(sam) == []
    factories.offer(by=vera)
    match_all()
    hears_nothing(invited, sam, signed_in(sam), client)
    assert invited.need.matches.get(state="notified").offer.volunteer == vera


def test_put_together_with_an_ask_of_theirs_it_is_theirs(invited, sam, carla, signed_in, client):
    own = factories.need(contact=ContactDetails(name="Sam", email=sam.email))
    actions.merge_asks(own.ask, into=invited.need.ask, by=coordinator(carla))
    hears_nothing(invited, sam, signed_in(sam), client)
    assert run_backlog(cold=True).pairs == 0
    actions.unmerge_asks(own.ask, by=coordinator(carla))
    match_all()
    assert invited.need.matches.get(offer=sam.offer).state == "notified"
    assert not own.matches.exists()


def test_once_it_is_kept_from_them_no_more_they_may_be_invited_again(invited, sam, carla):
    desk = coordinator(carla)
    actions.exclude(invited.need.ask, people=[sam], by=desk)
    need = Need.objects.get(pk=invited.need_id)
    actions.publish_need(need, by=desk)
    match_all()
    assert Match.objects.get().state == "superseded"
    actions.end_exclusion(need.ask.exclusions.get(), by=desk)
    match_all()
    assert Match.objects.get().state == "notified"


def test_another_language_of_the_ask_is_matched_anew_for_all_its_needs(vera):
    spanish = factories.language("es")
    factories.offer(by=vera, languages=[spanish])
    ask = factories.ask(factories.details(), factories.details())
    match_all()
    assert {m.offer.volunteer.name for m in Match.objects.all()} == {"Sam"}
    actions.change_ask(ask, {"languages": [factories.language(), spanish]})
    assert Need.objects.due_for_matching().count() == 2
    match_all()
    for need in ask.needs.all():
        assert {m.offer.volunteer.name for m in need.matches.all()} == {"Sam", "Vera"}


def test_a_phone_that_no_one_confirmed_tells_nothing_of_whose_a_need_is(signed_in):
    """Whoever types the phone of someone they look for must not find the need that vanishes."""
    stranger = factories.person("Nosy")
    factories.offer(by=stranger)
    ask = factories.ask(contact=ContactDetails(name="Ana", phone="+1 646 555 0188"))
    page = f"/help/need/{ask.needs.get().public_id}/"
    before = signed_in(stranger).get(page, follow=True).status_code
    give_phone(stranger, "+1 646 555 0188")
    assert not is_kept_from(stranger, ask)
    assert signed_in(stranger).get(page, follow=True).status_code == before == 200

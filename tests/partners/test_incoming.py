"""A need that Crown Heights asks us about: asked, answered, passed on, and how it stands here."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from mutualaid.backups.replay import replay
from mutualaid.notify.models import Notification
from mutualaid.partners import rules
from mutualaid.partners.actions.answering import CONTACT_WITHIN, NotChosen, say_no, say_yes
from mutualaid.partners.actions.reporting import tell_all
from mutualaid.partners.actions.taking_up import TAKEN_UP_WITHIN, take_up
from mutualaid.partners.models import IncomingReferral, OutgoingMessage, Partner
from mutualaid.partners.protocol.messages import ReferralErase, ReferralWithdraw
from mutualaid.partners.registry import NotBetweenUs, NotPossible
from mutualaid.partners.states import DeclineReason, IncomingState, PartnerState
from mutualaid.partners.sweep import sweep
from mutualaid.people.actions import block_contact_points
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged
from requests_app import actions
from requests_app.actions.erasing import erase_ask
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Ask, AskContact, Claim, Need, NeedNotes
from requests_app.signals import ask_copied
from requests_app.states import ClaimState, CloseReason, NeedState
from tests.support import factories, partners, referrals
from tests.support.claims import sent as messages_sent
from tests.support.keys import NEW, OLD
from tests.support.referrals import anew, comes

RLO = "\u202e"


@pytest.fixture
def crown(db: None, settings: Any) -> Partner:
    settings.TEAM_CHAT_URLS = ["json://127.0.0.1:9/"]
    return referrals.partner()


@pytest.fixture
def here(crown: Partner, carla: User) -> IncomingReferral:
    """Noor's need, passed on by Crown Heights; Carla has said yes."""
    return referrals.received(crown, by=carla)


def of(referral: IncomingReferral) -> Need:
    need = anew(referral).need
    assert need is not None
    return need


def names() -> set[str]:
    return {contact.name for contact in AskContact.objects.all()}


def copied(ask: Ask | None) -> dict[str, Any]:
    """What rooms above needs add to a neighbour's copy of their data."""
    answers: list[Any] = [answer for _, answer in ask_copied.send(sender=Ask, ask=ask)]
    return {name: value for answer in answers for name, value in answer.items()}


def claimed(referral: IncomingReferral, by: User) -> Claim:
    actions.publish_need(of(referral), by=coordinator(by))
    return actions.assign_need(of(referral), to=by, by=coordinator(by))


def test_a_need_that_is_asked_waits_for_a_coordinator_and_the_team_is_told(crown):
    referral = referrals.asked(crown)
    assert referral.state == IncomingState.ASKED
    assert (referral.category.slug, referral.locality.slug) == ("groceries", "saltmarsh")
    assert referral.asked == {
        "category": "groceries",
        "category_name": "Groceries",
        "area": "Saltmarsh",
        "urgency": 2,
        "until": (timezone.localdate() + timedelta(days=7)).isoformat(),
        "week_parts": 63,
        "languages": ["en", "es"],
        "people_count": 2,
        "helpers_wanted": 1,
    }
    assert messages_sent("team_chat_partner_asks") == 1
    assert list(IncomingReferral.objects.to_answer()) == [referral]


def test_the_same_need_again_changes_nothing(crown):
    referral = referrals.asked(crown)
    comes(crown, partners.an_ask(referral=referral.public_id, urgency=4, area="Elsewhere"))
    assert anew(referral).asked == referral.asked
    assert messages_sent("team_chat_partner_asks") == 1


def test_ten_needs_in_an_hour_are_one_word_to_the_team(crown):
    for _ in range(10):
        referrals.asked(crown)
    assert IncomingReferral.objects.to_answer().count() == 10
    assert messages_sent("team_chat_partner_asks") == 1


@pytest.mark.parametrize(
    "flags", [{"sensitive": True}, {"offered_only": True}, {"is_active": False}]
)
def test_a_kind_that_is_not_for_others_to_ask_for_is_left_to_a_coordinator(crown, flags):
    factories.category("papers", **flags)
    assert referrals.asked(crown, category="papers").category is None


def test_an_unknown_kind_and_area_are_left_to_a_coordinator(crown, carla):
    referral = referrals.asked(crown, category="dragons", area="Atlantis")
    assert (referral.category, referral.locality) == (None, None)
    with pytest.raises(NotChosen):
        say_yes(referral, by=carla)
    say_yes(
        referral, by=carla, category=factories.category(), locality=factories.locality("saltmarsh")
    )
    assert anew(referral).state == IncomingState.ACCEPTED


@pytest.mark.parametrize("name", ["Marais salé", "MARAIS SALE", " saltmarsh ", f"Salt{RLO}marsh"])
def test_an_area_is_known_by_its_name_in_any_language(crown, name):
    area = factories.locality("saltmarsh")
    area.names = {"fr": "Marais salé"}
    area.save()
    assert referrals.asked(crown, area=name).locality == area


def test_a_name_that_two_areas_have_is_left_to_a_coordinator(crown):
    for slug in ("one", "two"):
        area = factories.locality(slug)
        area.name = "Old Town"
        area.save()
    assert referrals.asked(crown, area="Old Town").locality is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"helpers_wanted": 0},
        {"helpers_wanted": 10**9},
        {"people_count": 0},
        {"people_count": 10**12},
        {"answer_by": timezone.now() - timedelta(seconds=1)},
        {"until": timezone.localdate() - timedelta(days=2)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_no_group_could_answer_is_not_kept(crown, wrong):
    with pytest.raises(NotPossible) as refusal:
        referrals.asked(crown, **wrong)
    assert str(refusal.value) == next(iter(wrong))
    assert not IncomingReferral.objects.exists()


def test_words_are_bounded_and_hold_nothing_that_no_one_sees(crown):
    asked = referrals.asked(
        crown,
        category_name=f"<b>=cmd|{RLO}</b>\x00" + "x" * 5000,
        area="\u200bA\nB",
        languages=("en", "xx\u202e", "en"),
    ).asked
    assert asked["category_name"].startswith("<b>=cmd|</b>x")
    assert len(asked["category_name"]) == 120
    assert asked["area"] == "A B"
    assert asked["languages"] == ["en", "xx"]


def test_a_yes_is_told_and_holds_no_one(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    assert (referral.state, referral.answered_by) == (IncomingState.ACCEPTED, carla)
    (message,) = OutgoingMessage.objects.filter(kind="referral.answer")
    assert message.referral_id == referral.public_id


def test_a_no_is_told_with_its_reason(crown, carla):
    referral = referrals.asked(crown)
    say_no(referral, DeclineReason.TOO_FAR, by=carla)
    referral = anew(referral)
    assert (referral.state, referral.reason) == (IncomingState.DECLINED, "too_far")
    (message,) = OutgoingMessage.objects.filter(kind="referral.answer")
    assert "too_far" in message.body


def test_of_two_coordinators_the_first_answers(crown, carla):
    referral = referrals.asked(crown)
    say_yes(referral, by=carla)
    with pytest.raises(StateChanged):
        say_yes(referral, by=factories.person("Dora"))
    assert OutgoingMessage.objects.filter(kind="referral.answer").count() == 1
    assert anew(referral).answered_by == carla


def test_a_yes_can_be_taken_back_until_contact_comes(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    say_no(referral, DeclineReason.NO_ONE_FREE, by=carla)
    assert anew(referral).state == IncomingState.DECLINED
    with pytest.raises(NotPossible):
        comes(crown, referrals.contact_of(referral.public_id))


def test_no_one_says_no_once_contact_is_here(here, carla):
    with pytest.raises(StateChanged):
        say_no(here, DeclineReason.OTHER, by=carla)


def test_after_its_time_no_answer_goes_and_it_falls_silent(crown, carla):
    referral = referrals.asked(crown)
    IncomingReferral.objects.update(answer_by=timezone.now() - timedelta(minutes=1))
    with pytest.raises(StateChanged):
        say_yes(referral, by=carla)
    assert not IncomingReferral.objects.to_answer().exists()
    sweep()
    assert anew(referral).state == IncomingState.SILENT
    assert not OutgoingMessage.objects.exists()


def test_a_yes_for_which_no_contact_comes_ends_by_itself(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    sweep()
    assert anew(referral).state == IncomingState.ACCEPTED
    long_ago = timezone.now() - CONTACT_WITHIN - timedelta(minutes=1)
    IncomingReferral.objects.update(answered_at=long_ago)
    sweep()
    assert anew(referral).state == IncomingState.WITHDRAWN


@pytest.mark.parametrize("state", [PartnerState.PAUSED, PartnerState.ENDED])
def test_no_one_answers_a_group_with_which_we_do_not_work_now(crown, carla, state):
    referral = referrals.asked(crown)
    ended = timezone.now() if state == PartnerState.ENDED else None
    Partner.objects.update(state=state, ended_at=ended)
    assert not IncomingReferral.objects.to_answer().exists()
    with pytest.raises(StateChanged):
        say_yes(referral, by=carla)
    with pytest.raises(StateChanged):
        say_no(referral, DeclineReason.OTHER, by=carla)
    assert not OutgoingMessage.objects.exists()


def test_contact_that_no_one_asked_for_is_refused_and_not_kept(crown, carla):
    referral = referrals.asked(crown)
    for _ in range(2):
        with pytest.raises(NotPossible):
            comes(crown, referrals.contact_of(referral.public_id))
    referral = anew(referral)
    assert (referral.state, referral.contact, referral.contact_at) == ("asked", "", None)


@pytest.mark.parametrize("what", [referrals.contact_of, ReferralWithdraw])
def test_another_groups_need_is_nothing_between_us_and_stays(crown, carla, what):
    referral = referrals.accepted(crown, by=carla)
    before = IncomingReferral.objects.values().get()
    other = referrals.partner("Elsewhere")
    with pytest.raises(NotBetweenUs):
        comes(other, what(referral.public_id))
    assert IncomingReferral.objects.values().get() == before


def test_another_group_erases_nothing_of_ours(crown, here):
    other = referrals.partner("Elsewhere")
    comes(other, ReferralErase(here.public_id))
    sweep()
    assert AskContact.objects.get(ask=here.ask).name == "Noor"
    assert anew(here).erased_at is None


def test_contact_becomes_an_ask_that_a_coordinator_reads_first(crown, here):
    ask = here.ask
    need = of(here)
    assert (here.state, here.contact, here.contact_at) == (IncomingState.RECEIVED, "", None)
    assert (need.state, ask.read_first, ask.read_at, need.held_back) == ("triage", True, None, "")
    assert (ask.source, ask.reference) == (rules.source_of(crown), str(here.public_id))
    assert len(ask.source) == Ask._meta.get_field("source").max_length
    assert (need.category.slug, need.locality.slug, need.urgency) == ("groceries", "saltmarsh", 2)
    assert (need.people_count, need.needed_by) == (2, timezone.localdate() + timedelta(days=7))
    assert NeedNotes.objects.get(need=need).text == "No pork, please"
    contact = AskContact.objects.get(ask=ask)
    assert (contact.name, contact.address, contact.channels) == (
        "Noor",
        "5 Canal Walk",
        "email,call",
    )
    assert {language.code for language in ask.languages.all()} == {"en", "es"}
    assert referrals.told(crown) == ["looking"]


def test_the_neighbour_hears_by_whom_it_was_passed_on(here):
    (row,) = Notification.objects.filter(kind="partner_need_received")
    from mutualaid.notify.registry import compose

    message = compose(row.kind, row.about_id)
    assert message.context["partner"] == "Crown Heights"
    assert message.recipient.email == "noor@people.example"
    assert messages_sent("need_received") == 0


def test_contact_twice_makes_one_ask(crown, here):
    comes(crown, referrals.contact_of(here.public_id))
    sweep()
    take_up(here.pk)
    assert Ask.objects.count() == 1
    assert messages_sent("partner_need_received") == 1


def test_stopped_between_the_contact_and_the_ask_it_is_made_by_the_next_sweep(
    crown, carla, monkeypatch
):
    referral = referrals.accepted(crown, by=carla)
    comes(crown, referrals.contact_of(referral.public_id))

    def killed(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("mutualaid.partners.actions.taking_up.tell_neighbour_of", killed)
        with pytest.raises(KeyboardInterrupt):
            sweep()
    assert not Ask.objects.exists()
    assert anew(referral).contact_at is not None
    sweep()
    assert Ask.objects.count() == 1
    assert anew(referral).contact == ""


def test_what_no_key_opens_waits_and_holds_up_no_other(crown, carla, settings):
    settings.CONTACT_KEYS = [OLD]
    waits = referrals.accepted(crown, by=carla)
    comes(crown, referrals.contact_of(waits.public_id))
    settings.CONTACT_KEYS = [NEW]
    other = referrals.accepted(crown, by=carla)
    comes(crown, referrals.contact_of(other.public_id))
    sweep()
    assert anew(other).need is not None
    assert list(IncomingReferral.objects.due().values_list("pk", flat=True)) == [waits.pk]
    settings.CONTACT_KEYS = [NEW, OLD]
    sweep()
    assert IncomingReferral.objects.filter(need__isnull=False).count() == 2


def test_their_copy_of_their_data_says_who_passed_it_on(crown, here):
    told = copied(here.ask)["passed_on_to_us_by"]
    assert (told["group"], told["its_phone"]) == ("Crown Heights", "555 0199")
    assert "passed_on_to_us_by" not in copied(factories.ask())


def test_an_ask_that_is_here_already_is_not_made_again(crown, here):
    """As after a backup of ours was restored that knew the ask, and not yet that it was made."""
    IncomingReferral.objects.update(ask=None, need=None)
    comes(crown, referrals.contact_of(here.public_id, name="Somebody else"))
    sweep()
    assert Ask.objects.count() == 1
    assert (anew(here).ask, anew(here).need) == (here.ask, here.need)


def test_an_ask_that_was_erased_is_not_made_again(crown, here):
    erase_ask(here.ask)
    IncomingReferral.objects.update(
        state=IncomingState.ACCEPTED, ended_at=None, erased_at=None, ask=None, need=None
    )
    comes(crown, referrals.contact_of(here.public_id))
    sweep()
    assert names() <= {""}
    assert anew(here).erased_at is not None


def test_contact_that_waited_for_long_comes_from_a_backup_and_goes(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    comes(crown, referrals.contact_of(referral.public_id))
    long_ago = timezone.now() - TAKEN_UP_WITHIN - timedelta(minutes=1)
    IncomingReferral.objects.update(contact_at=long_ago)
    sweep()
    assert not Ask.objects.exists()
    assert (anew(referral).state, anew(referral).contact) == (IncomingState.UNMET, "")
    assert referrals.told(crown) == ["unmet"]


def test_contact_that_waits_in_a_backup_becomes_no_ask_after_a_restore(crown, carla, here):
    referral = referrals.accepted(crown, by=carla)
    for one in (referral, here):
        comes(crown, referrals.contact_of(one.public_id, name="Ana"))
    replay([])
    assert (anew(referral).state, anew(referral).contact) == (IncomingState.UNMET, "")
    assert referrals.told(crown)[-1] == "unmet"
    sweep()
    assert names() == {"Ana"}, (
        "what is an ask here goes on, and was erased by the ledger if it had to be"
    )
    assert Ask.objects.count() == 1


def test_where_the_area_is_gone_meanwhile_the_partner_looks_on(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    referral.locality.delete()
    comes(crown, referrals.contact_of(referral.public_id))
    sweep()
    assert (anew(referral).state, anew(referral).contact) == (IncomingState.UNMET, "")
    assert referrals.told(crown) == ["unmet"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"phone": "none", "channels": "call"}, "phone"),
        ({"email": "not an address"}, "email"),
        ({"phone": "", "email": "", "address": ""}, "unreachable"),
        ({"email": "", "channels": "email"}, "unreachable"),
        ({"address": "x" * 301}, "address"),
        ({"notes": "x" * 2001}, "notes"),
    ],
)
def test_contact_that_leads_to_no_one_is_refused_and_not_kept(crown, carla, wrong, word):
    referral = referrals.accepted(crown, by=carla)
    with pytest.raises(NotPossible, match=word):
        comes(crown, referrals.contact_of(referral.public_id, **wrong))
    assert (anew(referral).state, anew(referral).contact) == (IncomingState.ACCEPTED, "")


def test_what_they_wrote_is_cleaned_as_our_own_forms_do(crown, carla):
    here = referrals.received(
        crown,
        by=carla,
        name=f"No{RLO}or\n<script>",
        notes=f"=cmd|'/c calc'!A0\r\nnext{RLO}\x07",
        channels="email,telepathy,email",
        language="xx",
    )
    contact = AskContact.objects.get(ask=here.ask)
    assert contact.name == "Noor <script>"
    assert contact.channels == "email"
    assert contact.language == "en"
    assert NeedNotes.objects.get(need=here.need).text == "=cmd|'/c calc'!A0\r\nnext"


def test_a_name_that_misleads_is_left_out(crown, carla):
    here = referrals.received(crown, by=carla, name="Coordinator of evil.example")
    assert AskContact.objects.get(ask=here.ask).name == ""


def test_who_asked_for_them_and_is_to_be_called_is_known_here(crown, here, carla):
    assert AskContact.objects.get(ask=here.ask).name_to_call == ""
    comes(crown, referrals.contact_of(here.public_id, asked_by="Bo", whom_to_call="asker"))
    sweep()
    assert AskContact.objects.get(ask=here.ask).name_to_call == "Bo"
    other = referrals.received(crown, by=carla, asked_by=f"B{RLO}o", whom_to_call="asker")
    assert AskContact.objects.get(ask=other.ask).name_to_call == "Bo"
    nobody = referrals.received(crown, by=carla, asked_by="Bo", whom_to_call="")
    assert AskContact.objects.get(ask=nobody.ask).asked_by == ""


def test_from_a_blocked_phone_it_is_read_first_as_any_other(crown, carla):
    block_contact_points("608 555 0142", reason="other", by=carla)
    here = referrals.received(crown, by=carla)
    assert of(here).state == NeedState.TRIAGE


def test_newer_contact_changes_the_ask_by_a_change_of_the_neighbour(crown, here, sam):
    claimed(here, sam)
    newer = referrals.contact_of(here.public_id, address="9 New Road", notes="Third floor")
    comes(crown, newer)
    sweep()
    assert AskContact.objects.get(ask=here.ask).address == "9 New Road"
    assert NeedNotes.objects.get(need=here.need).text == "Third floor"
    assert of(here).events.filter(action="change").exists()
    assert messages_sent("need_changed") == 1
    assert (anew(here).contact, anew(here).contact_at) == ("", None)


@pytest.mark.parametrize("is_told", [True, False])
def test_newer_contact_after_the_end_is_dropped_and_the_end_told_again(crown, here, carla, is_told):
    actions.close_need(of(here), by=coordinator(carla), reason=CloseReason.UNABLE)
    if is_told:
        sweep()
    comes(crown, referrals.contact_of(here.public_id, address="9 New Road"))
    sweep()
    assert AskContact.objects.get(ask=here.ask).address == "5 Canal Walk"
    assert (anew(here).contact, anew(here).state) == ("", IncomingState.UNMET)
    assert referrals.told(crown) == ["looking", "unmet", *(["unmet"] if is_told else [])]


def test_who_sends_contact_again_hears_again_how_it_stands(crown, here):
    """As a partner does that restored a backup, and has lost what we told it."""
    comes(crown, referrals.contact_of(here.public_id))
    sweep()
    assert referrals.told(crown) == ["looking", "looking"]
    assert not of(here).events.filter(action="change").exists()


def test_each_change_is_told_once_with_a_higher_version(crown, here, sam):
    claim = claimed(here, sam)
    for _ in range(2):
        sweep()
    actions.deliver_claim(claim, by=volunteer(sam))
    for _ in range(2):
        sweep()
    actions.confirm_arrival(of(here))
    for _ in range(2):
        sweep()
    assert referrals.told(crown) == ["looking", "taken", "done", "confirmed"]
    versions = referrals.versions(crown)
    assert versions == sorted(set(versions))
    assert (anew(here).state, anew(here).told_state) == (IncomingState.CONFIRMED, "confirmed")


def test_where_nothing_changed_the_sweep_asks_once_however_many_they_are(
    crown, carla, django_assert_num_queries
):
    for _ in range(3):
        referrals.received(crown, by=carla)
    with django_assert_num_queries(1):
        assert list(tell_all()) == []


def test_kept_together_with_another_need_it_stands_as_that_one(crown, here, sam, carla):
    other = factories.need(of=here.ask)
    actions.merge_need(of(here), into=other, by=coordinator(carla))
    actions.publish_need(other, by=coordinator(carla))
    actions.assign_need(Need.objects.get(pk=other.pk), to=sam, by=coordinator(carla))
    sweep()
    assert referrals.told(crown) == ["looking", "taken"]


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (CloseReason.FULFILLED, "confirmed"),
        (CloseReason.PARTLY, "confirmed"),
        (CloseReason.UNCONFIRMED, "confirmed"),
        (CloseReason.WITHDRAWN, "not_needed"),
        (CloseReason.OTHER_HELP, "not_needed"),
        (CloseReason.DUPLICATE, "not_needed"),
        (CloseReason.UNABLE, "unmet"),
        (CloseReason.REFERRED, "unmet"),
        (CloseReason.UNSAFE, "unmet"),
        (CloseReason.UNREACHABLE, "unmet"),
        (CloseReason.EXPIRED, "unmet"),
    ],
)
def test_how_it_ended_is_told_in_one_of_three_words(crown, here, carla, reason, status):
    actions.close_need(of(here), by=coordinator(carla), reason=reason)
    sweep()
    assert referrals.told(crown) == ["looking", status]
    assert anew(here).state == status


def test_of_a_need_that_is_opened_again_the_partner_hears(crown, here, carla):
    done = actions.close_needs([of(here)], by=coordinator(carla), reason=CloseReason.UNABLE)
    sweep()
    actions.undo_step(done.code, by=coordinator(carla))
    sweep()
    assert referrals.told(crown) == ["looking", "unmet", "looking"]
    assert (anew(here).state, anew(here).ended_at) == (IncomingState.RECEIVED, None)


def test_from_one_end_to_another_between_two_sweeps_is_one_word(crown, here, carla):
    done = actions.close_needs([of(here)], by=coordinator(carla), reason=CloseReason.UNABLE)
    sweep()
    actions.undo_step(done.code, by=coordinator(carla))
    actions.withdraw_need(of(here))
    sweep()
    assert referrals.told(crown) == ["looking", "unmet", "not_needed"]
    assert anew(here).state == IncomingState.NOT_NEEDED


def test_a_version_is_above_those_of_a_lost_future(crown, here, carla):
    """After a backup was restored the counter is low; the partner has seen higher ones."""
    before = anew(here).version
    IncomingReferral.objects.update(version=1)
    actions.close_need(of(here), by=coordinator(carla), reason=CloseReason.UNABLE)
    sweep()
    assert anew(here).version >= before


def test_while_we_rest_nothing_is_told_and_all_is_afterwards(crown, here, carla):
    Partner.objects.update(state=PartnerState.PAUSED)
    actions.close_need(of(here), by=coordinator(carla), reason=CloseReason.UNABLE)
    sweep()
    assert (referrals.told(crown), anew(here).state) == (["looking"], IncomingState.UNMET)
    Partner.objects.update(state=PartnerState.LIVE)
    sweep()
    assert referrals.told(crown) == ["looking", "unmet"]


def test_a_withdrawal_takes_the_need_back_and_tells_who_was_coming(crown, here, sam):
    claim = claimed(here, sam)
    comes(crown, ReferralWithdraw(here.public_id))
    comes(crown, ReferralWithdraw(here.public_id))
    sweep()
    sweep()
    assert anew(here).state == IncomingState.WITHDRAWN
    claim.refresh_from_db()
    assert claim.state == ClaimState.CANCELLED
    assert (of(here).state, of(here).close_reason) == ("closed", CloseReason.WITHDRAWN)
    assert messages_sent("claim_ended") == 1
    assert referrals.told(crown) == ["looking"]


def test_withdrawn_before_the_ask_is_made_no_contact_stays(crown, carla):
    referral = referrals.accepted(crown, by=carla)
    comes(crown, referrals.contact_of(referral.public_id))
    comes(crown, ReferralWithdraw(referral.public_id))
    sweep()
    assert (anew(referral).state, anew(referral).contact) == (IncomingState.WITHDRAWN, "")
    assert not Ask.objects.exists()


def test_what_is_said_to_be_done_is_not_taken_back(crown, here, sam):
    actions.deliver_claim(claimed(here, sam), by=volunteer(sam))
    comes(crown, ReferralWithdraw(here.public_id))
    sweep()
    assert of(here).state == NeedState.DELIVERED
    assert anew(here).withdraw_due is False


@pytest.mark.parametrize("when", ["asked", "accepted", "waits", "received", "withdrawn"])
def test_erased_whenever_it_is_asked_and_said_each_time(crown, carla, when):
    referral = referrals.asked(crown)
    if when != "asked":
        say_yes(referral, by=carla)
    if when in ("waits", "received", "withdrawn"):
        comes(crown, referrals.contact_of(referral.public_id))
    if when in ("received", "withdrawn"):
        sweep()
    if when == "withdrawn":
        comes(crown, ReferralWithdraw(referral.public_id))
    comes(crown, ReferralErase(referral.public_id))
    sweep()
    after = anew(referral)
    assert (after.contact, after.contact_at, after.ask, after.need) == ("", None, None, None)
    assert after.erased_at is not None
    assert after.state == IncomingState.WITHDRAWN or when == "received"
    assert names() <= {""}
    assert {notes.text for notes in NeedNotes.objects.all()} <= {""}
    assert OutgoingMessage.objects.filter(kind="referral.erased").count() == 1
    comes(crown, ReferralErase(referral.public_id))
    assert OutgoingMessage.objects.filter(kind="referral.erased").count() == 2


def test_erasing_ends_who_was_coming_and_tells_them(crown, here, sam):
    claim = claimed(here, sam)
    comes(crown, ReferralErase(here.public_id))
    sweep()
    claim.refresh_from_db()
    assert claim.state == ClaimState.CANCELLED
    assert messages_sent("claim_ended") == 1
    assert Need.objects.get(pk=here.need_id).state == NeedState.CLOSED


def test_contact_while_it_is_being_erased_is_refused(crown, here):
    comes(crown, ReferralErase(here.public_id))
    with pytest.raises(NotPossible):
        comes(crown, referrals.contact_of(here.public_id))


def test_contact_after_it_was_erased_is_refused(crown, here):
    comes(crown, ReferralErase(here.public_id))
    sweep()
    with pytest.raises(NotPossible):
        comes(crown, referrals.contact_of(here.public_id))


def test_to_erase_what_we_never_saw_is_done_already(crown):
    comes(crown, ReferralErase(uuid4()))
    assert OutgoingMessage.objects.filter(kind="referral.erased").count() == 1
    assert not IncomingReferral.objects.exists()


def test_put_together_with_another_ask_only_what_they_passed_on_is_erased(crown, here, carla):
    own = factories.ask(contact=actions.ContactDetails(name="Noor at home", phone="+16085550142"))
    actions.merge_asks(here.ask, into=own, by=coordinator(carla))
    comes(crown, ReferralErase(here.public_id))
    sweep()
    assert AskContact.objects.get(ask=own).name == "Noor at home"
    assert names() == {"", "Noor at home"}
    assert NeedNotes.objects.get(need=here.need).text == ""
    assert anew(here).erased_at is not None


def test_a_neighbour_who_erases_it_here_is_forgotten_and_the_partner_told(crown, here):
    erase_ask(here.ask)
    after = anew(here)
    assert (after.state, after.ask, after.need) == (IncomingState.NOT_NEEDED, None, None)
    assert referrals.told(crown) == ["looking", "not_needed"]
    assert OutgoingMessage.objects.filter(kind="referral.erased").count() == 1
    assert Ask.objects.get(pk=here.ask_id).source == rules.source_of(crown)


def test_erased_after_the_partnership_ended_the_partner_still_hears(crown, here):
    Partner.objects.update(state=PartnerState.ENDED, ended_at=timezone.now())
    erase_ask(here.ask)
    assert anew(here).erased_at is not None
    assert len(referrals.sent(crown, "referral.erased")) == 1


def test_where_the_partner_knows_nothing_of_it_any_more_help_goes_on_untold(crown, here, sam):
    from mutualaid.partners.registry import settled

    message = OutgoingMessage.objects.get(kind="referral.status")
    message.status = 404
    settled(message)
    claimed(here, sam)
    sweep()
    assert anew(here).unknown_there_at is not None
    assert of(here).state == NeedState.CLAIMED
    assert referrals.told(crown) == ["looking"]


def test_an_answer_that_is_not_known_there_ends_it(crown, carla):
    from mutualaid.partners.registry import settled

    referral = referrals.accepted(crown, by=carla)
    message = OutgoingMessage.objects.get(kind="referral.answer")
    message.status = 404
    settled(message)
    assert anew(referral).state == IncomingState.WITHDRAWN


def test_an_answer_that_arrived_changes_nothing(crown, carla):
    from mutualaid.partners.registry import settled

    referral = referrals.accepted(crown, by=carla)
    message = OutgoingMessage.objects.get(kind="referral.answer")
    message.status = 200
    settled(message)
    assert (anew(referral).state, anew(referral).unknown_there_at) == ("accepted", None)


def test_a_need_that_came_from_a_group_is_handed_to_no_other(here, carla):
    """Also once nothing but its ask is left of it."""
    actions.publish_need(of(here), by=coordinator(carla))
    own = factories.need()
    Ask.objects.update(may_ask_partners=True)
    IncomingReferral.objects.all().delete()
    assert list(rules.askable()) == [own]

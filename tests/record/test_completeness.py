"""What stands in the books of a room, and came while the record was kept, has an entry in it."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from django.utils import timezone

from mutualaid.decisions.actions import rule_of_two
from mutualaid.fund import actions
from mutualaid.fund.models import Entry, Pot
from mutualaid.group.actions import change_group
from mutualaid.partners.actions import pairing
from mutualaid.partners.states import PartnerState
from mutualaid.people.models import Role, User
from mutualaid.policy.actions import change_policy
from mutualaid.record import completeness
from mutualaid.record.completeness import first_missing
from mutualaid.record.models import PersonSalt, RecordEntry
from tests.support import money, partners, recorded, voting

pytestmark = pytest.mark.django_db
GUIDE = settings.BASE_DIR / "mutualaid/docs/record.md"
LINE = "Number 3: after it an entry is missing, of the kind fund.entry, about entry 7."
LONG_AGO = timedelta(days=2)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also what was written a moment ago is looked at."""
    monkeypatch.setattr(completeness, "MARGIN", timedelta())


@pytest.fixture
def ada(db: None) -> User:
    voting.together()
    return voting.member("Ada", Role.COORDINATOR)


def switch(*, on: bool) -> None:
    change_policy(by=None, changes={"has_record": on})


@pytest.fixture
def everything(ada: User) -> None:
    """One of each row of which an entry has to tell, written by its action."""
    ben, ann, pot = voting.member("Ben", Role.COORDINATOR), money.approver("Ann"), money.pot()
    earlier, cora = money.passed_decision(), voting.member("Cora")
    switch(on=True)
    actions.open_pot(name="Winter", currency="EUR", by=ada)
    actions.change_approvers(begin=[cora.pk], end=[], decision=earlier)
    actions.write_gift(pot, amount=5, on_day=timezone.localdate(), by=ann)
    money.money_back(pot, cora)
    change_group(by=ada, changes={"name": "Old Harbour"})
    voting.closed(voting.proposed(ada, {"wave_minutes_low": 40}))
    voting.proposed(ada)
    rule = rule_of_two.propose("policy", {"wave_minutes_high": 11}, by=ada)
    rule_of_two.agree(rule, by=ben)
    rule_of_two.end(rule, by=ben)
    crown = partners.other_site(state=PartnerState.COMPARED).partner
    pairing.agree_as_decided(crown, decision=earlier.pk)
    pairing.end(crown, by=ada)


def test_a_rule_of_two_that_a_decision_ended_has_its_entry_too(ada, at_once):
    ben = voting.member("Ben", Role.COORDINATOR)
    switch(on=True)
    rule = rule_of_two.propose("policy", voting.OTHER_WAVE, by=ada)
    rule_of_two.agree(rule, by=ben)
    decision = voting.proposed(ada, {"wave_minutes_normal": 55})
    voting.say(decision, voting.FOR, ada, ben)
    voting.closed(decision)
    rule.refresh_from_db()
    assert rule.ended_at
    assert first_missing() is None


def forget(kind: str) -> None:
    """What is not sealed yet may go."""
    PersonSalt.objects.filter(entry__kind=kind).delete()
    RecordEntry.objects.filter(kind=kind).delete()


KINDS = (
    "fund.pot", "fund.approver", "fund.entry", "fund.expense", "rule.words", "rule.value",
    "decision.opened", "decision.closed", "decision.two_agreed", "decision.two_ended",
    "partner.agreed", "partner.ended",
)  # fmt: skip


def test_what_actions_write_is_never_missing(everything, at_once):
    assert first_missing() is None
    told = set(RecordEntry.objects.values_list("kind", flat=True))
    assert set(KINDS) <= told, "else the next test says nothing"


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_has_no_entry_is_named(kind, everything, at_once):
    forget(kind)
    missing = first_missing()
    assert missing
    assert missing.kind == kind.replace("words", "value")


def test_each_registered_row_is_tried_here():
    named = {kind for rows in completeness._rows for kind in rows.kinds}
    assert named == set(KINDS)


def test_what_came_before_or_while_it_was_off_is_not_asked_for(ada, at_once):
    pot, ann, today = money.pot(), money.approver("Ann"), timezone.localdate()

    def gift() -> None:
        actions.write_gift(pot, amount=5, on_day=today, by=ann)

    gift()
    switch(on=True)
    gift()
    switch(on=False)
    gift()
    switch(on=True)
    gift()
    assert first_missing() is None
    assert RecordEntry.objects.filter(kind="fund.entry").count() == 2
    forget("fund.entry")
    assert first_missing().facts == {"entry": Entry.objects.order_by("pk")[2].pk}


def test_around_a_switch_and_now_nothing_is_asked_for(ada):
    pot = money.pot(holds=0)
    switch(on=True)
    past_the_record(pot)
    assert first_missing() is None
    began(timedelta(minutes=50))
    assert first_missing() is None


def past_the_record(pot: Pot, **fields: Any) -> None:
    values = {"kind": "gift", "amount": 5, "on_day": timezone.localdate()} | fields
    Entry.objects.create(pot=pot, **values)


def began(ago: timedelta) -> None:
    """Let the entries be so old; those of which were sealed stay as they are."""
    with recorded.unheld():
        RecordEntry.objects.filter(seal=None).update(at=Now() - ago)


def test_the_command_names_an_entry_of_a_pot_that_came_past_the_record(kept):
    pot = money.pot(holds=0)
    recorded.happen(1, 2)
    began(LONG_AGO)
    recorded.seal()
    call_command("check_record")
    past_the_record(pot, pk=7, written_at=Now() - LONG_AGO / 2)
    with pytest.raises(CommandError) as error:
        call_command("check_record")
    assert str(error.value) == LINE
    way = "An entry came into the books of a pot past the record."
    assert f"| {way} | `{LINE}` |" in GUIDE.read_text()

"""Members agree to another group by a decision; ending takes none."""

import pytest
from django.core.exceptions import ValidationError

from mutualaid.decisions.effects import kind_named, possible_kinds, values_of
from mutualaid.decisions.kinds.partners import KIND
from mutualaid.decisions.models import Weight
from mutualaid.partners.actions import pairing
from mutualaid.partners.models import Partner
from mutualaid.partners.states import PartnerState
from mutualaid.record.models import RecordEntry
from mutualaid.transitions import StateChanged
from tests.support import factories, partners
from tests.support.money import passed_decision

pytestmark = pytest.mark.django_db


@pytest.fixture
def compared(db):
    return partners.other_site(state=PartnerState.COMPARED).partner


def is_possible() -> bool:
    return KIND in {kind.name for kind in possible_kinds()}


def test_it_can_be_proposed_once_the_digits_of_a_group_were_compared(compared):
    assert is_possible()
    assert kind_named(KIND).weight == Weight.LIGHT
    factories.set_policy(has_partners=False)
    assert not is_possible()


@pytest.mark.parametrize("state", sorted(set(PartnerState.values) - {PartnerState.COMPARED}))
def test_no_other_group_can_be_chosen(state):
    partner = partners.other_site(state=state).partner
    assert not is_possible()
    assert not kind_named(KIND).form({"partner": str(partner.pk)}).is_valid()
    with pytest.raises(ValidationError):
        kind_named(KIND).check({"partner": partner.pk})


def test_a_decision_makes_a_partner(compared):
    factories.set_policy(has_record=True)
    kind = kind_named(KIND)
    form = kind.form({"partner": str(compared.pk)})
    assert form.is_valid()
    values = values_of(form)
    kind.check(values)
    (change,) = kind.describe(values)
    assert (change.label, change.was, change.now) == (
        f"Crown Heights ({compared.site})", "no", "yes",
    )  # fmt: skip
    decision = passed_decision()
    kind.carry_out(values, decision=decision)
    compared.refresh_from_db()
    assert (compared.state, compared.agreed_by) == (PartnerState.LIVE, None)
    facts = RecordEntry.objects.get(kind="partner.agreed").facts
    assert facts["decision"] == decision.pk


def test_what_ended_meanwhile_is_not_brought_back(compared, carla):
    kind, values = kind_named(KIND), {"partner": compared.pk}
    before = kind.base(values)
    pairing.end(compared, by=carla)
    assert kind.base(values) != before
    with pytest.raises(StateChanged):
        kind.carry_out(values, decision=passed_decision())
    Partner.objects.all().delete()
    assert (kind.base(values), kind.describe(values)) == ("", [])
    with pytest.raises(StateChanged):
        kind.carry_out(values, decision=passed_decision())


def test_two_open_proposals_are_about_two_groups(compared):
    other = partners.other_site(state=PartnerState.COMPARED).partner
    kind = kind_named(KIND)
    assert kind.subjects_of({"partner": compared.pk}) != kind.subjects_of({"partner": other.pk})

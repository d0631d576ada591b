"""What stays of what a group decides: counts and outcomes. Who answered what is gone once it is counted."""

from django.utils.translation import gettext_lazy as _

from mutualaid.retention.terms import ACCOUNT, ASK, After, Empty, Keep, Part, Remove, With

ADMISSION = _("That someone without an account was given a say: a fingerprint of the code, no name")
NOT_ON_A_LIST = {"says__isnull": False}
"""Whoever is still on a list keeps their say until that goes."""
SAY = _("That you have a say in a proposal and, until it is decided, what you answered")

DECISIONS: dict[str, tuple[Part, ...]] = {
    "decisions.Decision": (
        Keep(
            "id public_id kind weight seal slot opened_at ends_at list_size admitted needed review_on"
            " outcome closed_at heard in_favour can_live concerns neighbour_in_favour neighbour_can_live"
            " neighbour_concerns replaced_at words_until told_at",
            _("What our group decided, with counts and without names"),
        ),
        Empty("opened_by", With(ACCOUNT, "opened_by"), _("That you proposed something")),
        Empty(
            "why values base reasons_json",
            After("words_until"),
            _("The words of a proposal and the reasons given, once they are not in force"),
        ),
    ),
    "decisions.Say": (
        Remove(
            "id code decision user admission answer reason answered_at opened_told reminder_told"
            " outcome_told",
            With(ACCOUNT, "user"),
            SAY,
        ),
        Remove("", After("decision__closed_at", "record_days"), SAY),
    ),
    "decisions.NeighbourAnswer": (
        Remove(
            "id code decision ask answer reason answered_at",
            With(ASK, "ask"),
            _("What you answered to a proposal by your private link, until it is decided"),
        ),
    ),
    "decisions.NeighbourContact": (
        Remove(
            "id neighbour decision fingerprint",
            With(ASK, "neighbour__ask"),
            _(
                "A fingerprint of the phone or e-mail behind that answer, so that each person has only one"
            ),
        ),
    ),
    "decisions.Admission": (
        Remove(
            "id code_hash given_by given_at ends_at ended_at",
            After("ends_at", "record_days", unless=NOT_ON_A_LIST),
            ADMISSION,
        ),
        Remove("", After("ended_at", "record_days", unless=NOT_ON_A_LIST), ADMISSION),
        Empty("given_by", With(ACCOUNT, "given_by"), _("That you gave someone a say")),
    ),
    "decisions.Vouch": (
        Remove("id person by at", With(ACCOUNT, "person"), _("Which members vouched for you")),
        Remove("", With(ACCOUNT, "by"), _("Who you vouched for")),
    ),
    "decisions.RuleOfTwo": (
        Keep(
            "id kind values before proposed_at expires_at agreed_at ends_at ended_at telling told_up_to"
            " is_told"
        ),
        Empty("proposed_by", With(ACCOUNT, "proposed_by"), _("What you proposed for some days")),
        Empty("agreed_by", With(ACCOUNT, "agreed_by"), _("What you agreed to for some days")),
    ),
    "decisions.Subject": (Keep("id value decision rule_of_two"),),
}

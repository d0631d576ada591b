"""Neighbouring groups, and what was asked of them and of us. Names go there only where a neighbour agreed."""

from django.utils.translation import gettext_lazy as _

from mutualaid.retention.terms import ACCOUNT, ASK, NEED, After, Empty, Keep, Part, Remove, With

COMING = _("To which call of a neighbouring group you said yes")

PARTNERS: dict[str, tuple[Part, ...]] = {
    "partners.SigningKey": (Keep("id public_key seed created_at retired_at"),),
    "partners.Partner": (
        Keep(
            "id public_id site name phone told_name told_phone public_key key_number previous_key"
            " our_key state read_at compared_at live_at ended_at heard_at away_since clock_wrong_since"
            " clock_off_seconds quiet_until seal_sent_at seal_number seal_differs_at",
            _("Which neighbouring groups we help each other with"),
        ),
        Empty(
            "compared_by",
            With(ACCOUNT, "compared_by"),
            _("That you compared digits with another group"),
        ),
        Empty(
            "agreed_by",
            With(ACCOUNT, "agreed_by"),
            _("That you agreed to help each other with another group"),
        ),
    ),
    "partners.OutgoingCall": (
        Keep(
            "id public_id title day helpers_wanted is_open version called_at",
            _("For which days we called for many hands"),
        ),
        Empty("need", With(NEED, "need"), _("Which need a call for many hands was about")),
        Empty("called_by", With(ACCOUNT, "called_by"), _("That you called for many hands")),
    ),
    "partners.CallCount": (
        Keep("id call partner coming their_version", _("How many came from neighbouring groups")),
    ),
    "partners.IncomingCall": (
        Remove(
            "id public_id code partner title area day helpers_wanted version answer_version"
            " told_coming received_at ended_at hidden_at",
            After("ended_at", "record_days"),
            _("What neighbouring groups called for"),
        ),
    ),
    "partners.Coming": (
        Remove("id call user", With(ACCOUNT, "user"), COMING),
        Remove("", After("call__ended_at", "erase_days"), COMING),
    ),
    "partners.OutgoingMessage": (
        Remove(
            "id message_id partner kind referral_id number body state due_at lease_until tries status"
            " created_at settled_at",
            After("settled_at", "record_days"),
            _("When something went to a neighbouring group, and of which kind"),
        ),
    ),
    "partners.IncomingMessage": (
        Remove(
            "id partner message_id kind digest status answer received_at",
            After("received_at", "record_days", least=90),
            _("When something came from a neighbouring group, and of which kind"),
        ),
    ),
    "partners.WitnessedSeal": (
        Keep(
            "id partner number last_number head received_at other_head differs_at settled_at",
            _("Check numbers of neighbouring groups' records"),
        ),
    ),
    "partners.OutgoingReferral": (
        Keep(
            "id public_id partner state asked_at answer_by reason their_version consented_at"
            " heard_on_phone contact_sent_at erase_asked_at erased_there_at ended_at next_due",
            _("That a neighbouring group was asked about a need, without you"),
        ),
        Empty(
            "need",
            With(NEED, "need"),
            _("Which need of yours a neighbouring group was asked about"),
        ),
        Empty("asked_by", With(ACCOUNT, "asked_by"), _("What you asked neighbouring groups about")),
        Empty(
            "heard_by",
            With(ACCOUNT, "heard_by"),
            _("Which answers of neighbours you noted for neighbouring groups"),
        ),
    ),
    "partners.IncomingReferral": (
        Keep(
            "id public_id partner asked state asked_at answer_by answered_at reason category locality"
            " contact_at withdraw_due version told_state unknown_there_at erase_asked_at erased_at ended_at",
            _("What a neighbouring group asked us about, without a person"),
        ),
        Empty(
            "contact ask need",
            With(ASK, "ask"),
            _("Your contact details from a neighbouring group"),
        ),
        Empty(
            "answered_by", With(ACCOUNT, "answered_by"), _("What you answered neighbouring groups")
        ),
    ),
}

"""What someone asks for: what its needs share ends with the ask, a need with itself."""

from django.utils.translation import gettext_lazy as _

from mutualaid.encryption.fingerprints import veil_account
from mutualaid.retention.terms import (
    ACCOUNT,
    ASK,
    NEED,
    After,
    Blur,
    Empty,
    Keep,
    Part,
    Remove,
    With,
)

ROUGHLY = _("Of something sensitive: exactly what it was, on which day and at what time")

ASKS: dict[str, tuple[Part, ...]] = {
    "requests_app.Ask": (
        Keep(
            "id public_id source reference created_at read_at erased_at veiled",
            _("That something was asked for, when, and how it reached us, without you"),
        ),
        Empty(
            "account veiled_account for_whom languages merged_into alike read_first call_back_at"
            " may_ask_partners",
            With(ASK, "pk"),
            _("Who you asked for, the languages you speak, and your account if you had one"),
        ),
        Empty("account", With(ACCOUNT, "account"), _("That you asked for something")),
        Empty("taken_in_by", With(ASK, "pk"), _("Who wrote it down for you over the phone")),
        Empty("taken_in_by", With(ACCOUNT, "taken_in_by"), _("What you wrote down for others")),
        Empty(
            "veiled_account",
            With(ACCOUNT, "veiled_account", veil_account),
            _("That you asked for something"),
        ),
        Blur("created_at", With(ASK, "pk", only={"veiled": True}), ROUGHLY),
    ),
    "requests_app.AskContact": (
        Keep("ask"),
        Empty(
            "name phone email address channels times no_voicemail keep_from language asked_by"
            " whom_to_call",
            With(ASK, "ask"),
            _("Your name, phone, e-mail and address, and how you can be reached safely"),
        ),
    ),
    "requests_app.AskContactPoint": (
        Remove(
            "id ask fingerprint",
            With(ASK, "ask"),
            _("Fingerprints of your phone and your e-mail"),
        ),
    ),
    "requests_app.Exclusion": (
        Remove(
            "id ask person fingerprint created_at",
            With(ASK, "ask"),
            _("Who must not find out: an account, or the fingerprint of a phone or e-mail"),
        ),
        Remove("person", With(ACCOUNT, "person"), _("That an ask was kept from you")),
        Remove(
            "fingerprint",
            With(ACCOUNT, "fingerprint", veil_account),
            _("That an ask was kept from you"),
        ),
    ),
    "requests_app.PrivateLink": (
        Remove(
            "id ask token_hash code_hash created_at revoked_at",
            With(ASK, "ask"),
            _("Your private links and your codes, of which we keep only a fingerprint"),
        ),
    ),
    "requests_app.AccessLogEntry": (
        Remove(
            "id ask kind by by_kind at window slot",
            With(ASK, "ask"),
            _("Who looked at your contact details or read what you wrote, and codes and downloads"),
        ),
    ),
    "requests_app.ContactLogEntry": (
        Remove(
            "id ask person outcome next_try by at",
            With(ASK, "ask"),
            _("When our team called you, who called, and whether they reached you"),
        ),
        Remove(
            "person",
            With(ACCOUNT, "person"),
            _("When our team called you, who called, and whether they reached you"),
        ),
        Remove(
            "",
            After("at", "record_days", {"person__isnull": False}),
            _("When our team called someone with an account"),
        ),
        Empty("by", With(ACCOUNT, "by"), _("Who you called for the team")),
    ),
    "requests_app.Need": (
        Keep(
            "id public_id ask category locality urgency urgency_changed_at state close_reason"
            " created_at closed_at erased_at match_due_at open_until warned_at helpers_wanted"
            " held_back for_newcomers",
            _("Kind of help, area, how soon, and how it ended, without you"),
        ),
        Empty(
            "people_count needed_by week_parts aside_until came_with merged_into series"
            " recurrence_id",
            With(NEED, "pk"),
            _("For how many people, by which day, and at which times"),
        ),
        Blur(
            "category urgency_changed_at created_at closed_at open_until warned_at match_due_at",
            With(NEED, "pk", only={"ask__veiled": True}),
            ROUGHLY,
        ),
    ),
    "requests_app.NeedNotes": (
        Keep("need"),
        Empty("text", With(NEED, "need"), _("What you told us about it")),
    ),
    "requests_app.NeedMerge": (
        Remove(
            "need urgency urgency_changed_at needed_by open_until notes",
            With(NEED, "need"),
            _("What you told us about it"),
        ),
    ),
    "requests_app.Series": (
        Keep(
            "id rule starts_on made_until ended_at",
            _("On which days of the week help was asked for"),
        ),
    ),
    "requests_app.NeedEvent": (
        Keep("id need at action state actor_kind batch aside_until held_back"),
        Empty("actor reason", With(NEED, "need"), _("Who did what about it, and why")),
        Blur("at", With(NEED, "need", only={"need__ask__veiled": True}), ROUGHLY),
    ),
    "requests_app.LinkRecoveryRequest": (
        Remove(
            "id fingerprints created_at",
            After("created_at", "record_days"),
            _(
                "That someone lost their link: a fingerprint of what was typed, until it is answered"
            ),
        ),
    ),
    "requests_app.Claim": (
        Keep(
            "id public_id need volunteer state place week week_slot live_slot claimed_at reminded_at"
            " silent_since scheduled_for delivered_at reminded_again_at ended_at",
            _("Which tasks someone said yes to, and when; without an account or a name"),
        ),
        Blur(
            "claimed_at reminded_at silent_since scheduled_for delivered_at reminded_again_at ended_at",
            With(NEED, "need", only={"need__ask__veiled": True}),
            ROUGHLY,
        ),
        Empty("scheduled_time", With(NEED, "need"), _("At what time someone was to come")),
        Empty(
            "support_contact",
            With(NEED, "need"),
            _("Which coordinator the volunteer could turn to"),
        ),
        Empty(
            "support_contact",
            With(ACCOUNT, "support_contact"),
            _("Which coordinator the volunteer could turn to"),
        ),
    ),
    "matching.Match": (
        Remove(
            "id public_id need offer state decline_reason pinned score lines acceptance_factor created_at"
            " invited_at",
            With(NEED, "need"),
            _("Who we invited, and why they fit"),
        ),
    ),
    "matching.NeedSearch": (
        Remove(
            "need candidates stopped handed_over_at held_until second_round_before",
            With(NEED, "need"),
            _("How the search for someone went"),
        ),
    ),
    "matching.Proposal": (
        Remove("id need offer", With(NEED, "need"), _("Who we invited, and why they fit")),
    ),
}

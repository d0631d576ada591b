"""How long each field of each model lives. A field without an entry here fails `manage.py check`.

The sweep erases by this table, and the public page about data is made from its labels.
"""

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
    Whole,
    With,
)

ABOUT_YOU = _("Your name, e-mail address, area and language")

ROUGHLY = _("Of something sensitive: exactly what it was, on which day and at what time")

SETTLED = ("sent", "cancelled", "failed", "uncertain", "to_call")
"""A message that waits for nothing but a person."""


def _log_entries_about(owner: str) -> dict[str, object]:
    app_label, model = owner.lower().split(".")
    return {"content_type__app_label": app_label, "content_type__model": model}


TABLE: dict[str, tuple[Part, ...]] = {
    # Who has an account.
    "people.User": (
        Keep("id created_at erased_at of_demo"),
        Empty("email name locality language", With(ACCOUNT, "pk"), ABOUT_YOU),
        Empty(
            "calendar_hash",
            With(ACCOUNT, "pk"),
            _("The secret address of your calendar, of which we keep only a fingerprint"),
        ),
        Empty(
            "password last_login is_active vetted is_superuser groups user_permissions",
            With(ACCOUNT, "pk"),
            _("Your password, and when you last signed in"),
        ),
        Whole(
            ACCOUNT,
            After("created_at", "unconfirmed_account_days", {"emailaddress__verified": False}),
            _("An account whose e-mail address was never confirmed"),
            unless={
                "emailaddress__verified": True,
                "last_login__isnull": False,
                "claims__isnull": False,
            },
        ),
    ),
    "people.Membership": (
        Remove(
            "id user role areas since",
            With(ACCOUNT, "user"),
            _("Your roles in the group, and the areas you look after"),
        ),
    ),
    "people.TwoPersonDecision": (
        Remove(
            "id kind about proposed_by agreed_by state proposed_at expires_at decided_at",
            With(ACCOUNT, "about"),
            _("What two people decided about your role"),
        ),
        Remove("", After("proposed_at", "record_days"), _("What two people decided about a role")),
        Empty("proposed_by", With(ACCOUNT, "proposed_by"), _("What you proposed about a role")),
        Empty("agreed_by", With(ACCOUNT, "agreed_by"), _("What you agreed to about a role")),
    ),
    "people.AccountAccessLogEntry": (
        Remove(
            "id person by at window slot",
            With(ACCOUNT, "person"),
            _("Who looked at your e-mail address"),
        ),
        Remove("", After("at", "record_days"), _("Who looked at an account's e-mail address")),
    ),
    "people.Introduction": (
        Remove(
            "person by how at",
            With(ACCOUNT, "person"),
            _("How the group came to know you, and who introduced you"),
        ),
        Empty("by", With(ACCOUNT, "by"), _("Whom you introduced to the group")),
    ),
    "people.AccountContactPoint": (
        Remove(
            "id user fingerprint",
            With(ACCOUNT, "user"),
            _("Fingerprints of your e-mail addresses and your phone"),
        ),
    ),
    "people.BlockedContactPoint": (
        Remove(
            "id fingerprint reason since",
            After("since", "block_days"),
            _("That an address is blocked, and why: a fingerprint of it"),
        ),
    ),
    "account.EmailAddress": (
        Remove("id user email verified primary", With(ACCOUNT, "user"), ABOUT_YOU),
    ),
    "mfa.Authenticator": (
        Remove(
            "id user type data created_at last_used_at",
            With(ACCOUNT, "user"),
            _("Your app code, passkeys and recovery codes"),
        ),
    ),
    "people.KeptForm": (
        Remove(
            "user sealed kept_until",
            After("kept_until"),
            _("What you were typing when you had to sign in again, for a quarter of an hour"),
        ),
        Remove("user sealed kept_until", With(ACCOUNT, "user"), _("What you were typing")),
    ),
    "offers_app.Offer": (
        Remove(
            "id volunteer categories localities languages reach_km week_parts per_week"
            " has_vehicle state paused_until match_due_at created_at reconfirm_asked_at confirmed_at",
            With(ACCOUNT, "volunteer"),
            _("What you offered"),
        ),
    ),
    # What someone asks for: what its needs share ends with the ask, a need with itself.
    "requests_app.Ask": (
        Keep(
            "id public_id source reference created_at read_at erased_at veiled",
            _("That something was asked, when, and by which way it came in, without you"),
        ),
        Empty(
            "account veiled_account for_whom languages merged_into alike read_first call_back_at",
            With(ASK, "pk"),
            _("For whom you asked, the languages you speak, and your account if you had one"),
        ),
        Empty("account", With(ACCOUNT, "account"), _("That you asked for something")),
        Empty("taken_in_by", With(ASK, "pk"), _("Who wrote it down for you on the phone")),
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
            "name phone email address channels times no_voicemail keep_from language",
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
            _("Who looked at your contact details, or could: looks, codes and downloads"),
        ),
    ),
    "requests_app.Need": (
        Keep(
            "id public_id ask category locality urgency state close_reason created_at closed_at"
            " erased_at match_due_at open_until warned_at helpers_wanted held_back for_newcomers",
            _("Kind of help, area, how soon, and how it ended, without you"),
        ),
        Empty(
            "people_count needed_by week_parts aside_until came_with merged_into series"
            " recurrence_id",
            With(NEED, "pk"),
            _("For how many people, by which day, and at which times"),
        ),
        Blur(
            "category created_at closed_at open_until warned_at match_due_at",
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
            "need urgency needed_by open_until notes",
            With(NEED, "need"),
            _("What you told us about it"),
        ),
    ),
    "requests_app.Series": (
        Keep(
            "id rule starts_on made_until ended_at", _("On which days of the week help was asked")
        ),
    ),
    "requests_app.NeedEvent": (
        Keep("id need at action state actor_kind batch aside_until"),
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
            _("Which tasks were taken on, and when; without an account, without a name"),
        ),
        Blur(
            "claimed_at reminded_at silent_since scheduled_for delivered_at reminded_again_at ended_at",
            With(NEED, "need", only={"need__ask__veiled": True}),
            ROUGHLY,
        ),
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
            _("Whom we invited, and why they fit"),
        ),
    ),
    "matching.NeedSearch": (
        Remove(
            "need candidates stopped handed_over_at second_round_before",
            With(NEED, "need"),
            _("How the search for someone went"),
        ),
    ),
    "matching.OfferIndexEntry": (
        Remove(
            "id offer category locality reach_km exact speaks week_parts",
            With(ACCOUNT, "offer__volunteer"),
            _("What you offered"),
        ),
    ),
    "matching.Proposal": (
        Remove("id need offer", With(NEED, "need"), _("Whom we invited, and why they fit")),
    ),
    "matching.OfferPrice": (
        Remove("offer points solved_at", With(ACCOUNT, "offer__volunteer"), _("What you offered")),
    ),
    "matching.Refusal": (
        Remove(
            "id offer category locality until created_at",
            With(ACCOUNT, "offer__volunteer"),
            _("What you don't want to be invited to"),
        ),
    ),
    # What the site writes down by itself.
    "notify.Notification": (
        Remove(
            "id key channel kind about_id recipient state due_at lease_until taken_by attempts urgent error"
            " message_id reached created_at sent_at",
            After(
                "created_at",
                "record_days",
                {"state__in": SETTLED},
            ),
            _("That a message was sent: its kind and time, never its words"),
        ),
        Remove("recipient", With(ACCOUNT, "recipient"), _("That messages were sent to you")),
    ),
    "notify.AccountMail": (
        Remove(
            "id row email phone subject body language expires_at",
            After("expires_at"),
            _("A mail or text with your code to sign in, until it is sent"),
        ),
    ),
    "notify.Preferences": (
        Remove(
            "user phone phone_request phone_confirmed_at phone_identity ways quiet_from quiet_until time_zone"
            " urgent_at_night max_invitations_per_week pace paused_until",
            With(ACCOUNT, "user"),
            _("Your phone, and what we may send you and when"),
        ),
    ),
    "notify.Device": (
        Remove(
            "id user fingerprint endpoint p256dh auth since",
            With(ACCOUNT, "user"),
            _("The devices on which we may show you a notification"),
        ),
    ),
    "notify.Suppression": (
        Keep(
            "id channel fingerprint group reason at",
            _("That nothing may be sent to an address, as a fingerprint, so that it stays so"),
        ),
    ),
    "account.EmailConfirmation": (
        Remove(
            "id email_address created sent key",
            After("created", "record_days"),
            _("The code with which you confirm an address"),
        ),
    ),
    "admin.LogEntry": (
        *(
            Remove(
                "content_type object_id",
                With(owner, "object_id", str, _log_entries_about(owner)),
                _("What coordinators changed, and when"),
            )
            for owner in (ASK, NEED, ACCOUNT)
        ),
        Remove(
            "id action_time user content_type object_id object_repr action_flag change_message",
            After("action_time", "record_days"),
            _("What coordinators changed, and when"),
        ),
    ),
    "sessions.Session": (
        Remove(
            "session_key session_data expire_date",
            After("expire_date"),
            _(
                "Your visit: what you typed and did not send, for an hour; that you are signed in,"
                " for two weeks"
            ),
        ),
    ),
    "people.RateLimitWindow": (
        Remove(
            "id key count over_at",
            After("over_at"),
            _("How often something was asked for from one place, as a fingerprint"),
        ),
    ),
    "retention.Erasure": (
        Keep(
            "id model key at", _("That something was erased: a number and the time, nothing else")
        ),
    ),
    # What says nothing about anyone.
    "retention.Rewrite": (Keep("id table done_at"),),
    "catalog.Category": (
        Keep(
            "id slug name parent icon position remote_ok sensitive vetted_only needs_vehicle"
            " asks_quantity asks_helpers may_repeat days_to_live contact_hours"
            " lapse_hours progress_hours follow_up_days is_active"
        ),
    ),
    "catalog.Locality": (Keep("id slug name parent lat lng"),),
    "catalog.LocalityDistance": (Keep("id locality other km whole_km inside"),),
    "matching.BacklogRun": (
        Keep(
            "id outcome began_at cold needs expected offers pairs matches moved gap seconds error"
        ),
    ),
    "matching.BacklogLease": (Keep("id run until"),),
    "matching.AcceptanceRate": (Keep("category invitations yes counted_at"),),
    "matching.ScoringWeights": (
        Keep(
            "id near exact_category related_category own_language shared_language shared_time rested"
        ),
    ),
    "catalog.Language": (Keep("id code name"),),
    "policy.Policy": (
        Keep(
            "id version needs_open_at_once joining meeting_words helps_until_known"
            " newcomer_contact_days live_claims_per_person wave_chance_low wave_chance_normal"
            " wave_chance_high wave_chance_critical wave_minutes_low wave_minutes_normal"
            " wave_minutes_high wave_minutes_critical base_acceptance_rate shortlist_size"
            " search_again_hours price_hours invitations_per_week invitations_per_day"
            " invitations_per_week_urgent quiet_from quiet_until digest_hour"
            " coordinator_digest_weekday coordinator_digest_hour contact_hours"
            " contact_hours_urgent lapse_hours lapse_hours_urgent progress_hours"
            " progress_hours_urgent progress_answer_hours progress_answer_hours_urgent"
            " follow_up_days close_unconfirmed_days change_notice_minutes expiry_notice_hours"
            " min_search_hours repeat_ahead_days reconfirm_days reconfirm_answer_days"
            " link_days_after_end one_tap_days contact_views_per_day"
            " coordinator_contact_views_per_hour erase_days erase_preview_days"
            " unconfirmed_account_days record_days block_days backup_days asks_per_hour_network"
            " asks_per_day_contact asks_per_hour_site codes_per_hour_network codes_per_hour_contact"
            " codes_per_hour_site texts_per_day"
        ),
    ),
    "policy.PolicyChange": (
        Keep("id version at changes"),
        Empty("by", With(ACCOUNT, "by"), _("That you changed how the group works")),
    ),
    "auth.Group": (Keep("id name permissions"),),
    "auth.Permission": (Keep("id name content_type codename"),),
    "contenttypes.ContentType": (Keep("id app_label model"),),
}

"""How long each field of each model lives. A field without an entry here fails `manage.py check`.

The sweep erases by this table, and the public page about data is made from it: `words` stand there.
"""

from django.utils.translation import gettext_lazy as _

from mutualaid.retention.terms import ACCOUNT, NEED, After, Empty, Keep, Part, Remove, Whole, With

ABOUT_YOU = _("Your name, e-mail address, area and language")

SETTLED = ("sent", "cancelled", "failed", "uncertain", "to_call")
"""A message that waits for nothing but a person."""

TABLE: dict[str, tuple[Part, ...]] = {
    # Who has an account.
    "people.User": (
        Keep("id created_at erased_at"),
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
            After("created_at", "UNCONFIRMED_DAYS", {"emailaddress__verified": False}),
            _("An account whose e-mail address was never confirmed"),
            unless={
                "emailaddress__verified": True,
                "last_login__isnull": False,
                "claims__isnull": False,
            },
        ),
    ),
    "people.Membership": (
        Remove("id user role since", With(ACCOUNT, "user"), _("Your roles in the group")),
    ),
    "people.AccountContactPoint": (
        Remove(
            "id user fingerprint",
            With(ACCOUNT, "user"),
            _("Fingerprints of your e-mail addresses and your phone"),
        ),
    ),
    "people.BlockedAddress": (
        Remove(
            "id mark reason since",
            After("since", "BLOCK_DAYS"),
            _("That an address is blocked, and why: a fingerprint of it"),
        ),
    ),
    "account.EmailAddress": (
        Remove("id user email verified primary", With(ACCOUNT, "user"), ABOUT_YOU),
    ),
    "offers_app.Offer": (
        Remove(
            "id public_id volunteer categories localities languages reach_km week_parts per_week"
            " has_vehicle state paused_until match_due_at created_at asked_at confirmed_at",
            With(ACCOUNT, "volunteer"),
            _("What you offered"),
        ),
    ),
    # What somebody asks for.
    "requests_app.NeedContact": (
        Keep("need"),
        Empty(
            "name phone email address notes language phone_index email_index channels times"
            " no_voicemail keep_from",
            With(NEED, "need"),
            _("Your name, phone, e-mail, address, and what you told us"),
        ),
    ),
    "requests_app.Need": (
        Keep(
            "id public_id category locality urgency state close_reason source reference created_at"
            " closed_at erased_at match_due_at expires_at warned_at helpers_wanted",
            _("Kind of help, area, how soon, and how it ended, without you"),
        ),
        Empty(
            "asked_by languages people_count needed_by week_parts aside_until call_back_at"
            " merged_into bundle series occurs_on",
            With(NEED, "pk"),
            _("For how many people, the last day, at which times, the languages you speak"),
        ),
        Empty("asked_by", With(ACCOUNT, "asked_by"), _("That you asked for something")),
    ),
    "requests_app.Series": (
        Keep(
            "id rule starts_on made_until ended_at", _("On which days of the week help was asked")
        ),
    ),
    "requests_app.NeedEvent": (
        Keep("id need at action state actor_kind"),
        Empty("actor reason", With(NEED, "need"), _("Who did what about it, and why")),
    ),
    "requests_app.PrivateLink": (
        Remove(
            "id need token_hash code_hash created_at revoked_at",
            With(NEED, "need"),
            _("Your private links and your code, of which we keep only a fingerprint"),
        ),
    ),
    "requests_app.LinkRecoveryRequest": (
        Remove(
            "id address_indexes created_at",
            After("created_at", "RECORD_DAYS"),
            _("That somebody lost her link: a fingerprint of what was typed, until it is answered"),
        ),
    ),
    "requests_app.Exclusion": (
        Remove(
            "id need person mark created_at",
            With(NEED, "need"),
            _("Who must not hear of what you asked: an account, or the fingerprint of an address"),
        ),
        Remove("person", With(ACCOUNT, "person"), _("That a need was kept from you")),
    ),
    "requests_app.AccessLogEntry": (
        Remove(
            "id need by by_kind at window slot",
            With(NEED, "need"),
            _("Who looked at your contact details"),
        ),
    ),
    "requests_app.Claim": (
        Keep(
            "id public_id need volunteer state place week week_slot claimed_at nudged_at"
            " silent_since scheduled_for delivered_at asked_again_at ended_at",
            _("Which tasks were taken on, and when; without an account, without a name"),
        ),
        Empty("buddy", With(NEED, "need"), _("Which coordinator stood by the volunteer")),
        Empty("buddy", With(ACCOUNT, "buddy"), _("Which coordinator stood by the volunteer")),
    ),
    "matching.Match": (
        Remove(
            "id public_id need offer state decline_reason pinned score lines ease created_at"
            " asked_at",
            With(NEED, "need"),
            _("Whom we asked, and why they fit"),
        ),
    ),
    "matching.NeedSearch": (
        Remove(
            "need candidates stopped handed_over_at second_round_before",
            With(NEED, "need"),
            _("How the look for somebody went"),
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
        Remove("id need offer", With(NEED, "need"), _("Whom we asked, and why they fit")),
    ),
    "matching.OfferPrice": (
        Remove("offer points solved_at", With(ACCOUNT, "offer__volunteer"), _("What you offered")),
    ),
    "matching.Refusal": (
        Remove(
            "id offer category locality until created_at",
            With(ACCOUNT, "offer__volunteer"),
            _("What you do not want to be asked for"),
        ),
    ),
    # What the site writes down by itself.
    "notify.Notification": (
        Remove(
            "id key channel kind about_id recipient state due_at lease_until attempts urgent error"
            " message_id reached created_at sent_at",
            After(
                "created_at",
                "RECORD_DAYS",
                {"state__in": SETTLED},
            ),
            _("That a message was sent: its kind and time, never its words"),
        ),
        Remove("recipient", With(ACCOUNT, "recipient"), _("That messages were sent to you")),
    ),
    "notify.AccountMail": (
        Remove(
            "id email subject body language expires_at",
            After("expires_at"),
            _("A mail with your code to sign in, until it is sent"),
        ),
    ),
    "notify.Preferences": (
        Remove(
            "user phone phone_ask phone_confirmed_at ways quiet_from quiet_until time_zone"
            " urgent_at_night most_a_week pace paused_until",
            With(ACCOUNT, "user"),
            _("Your phone, and what we may send you and when"),
        ),
    ),
    "notify.Device": (
        Remove(
            "id user mark endpoint p256dh auth since",
            With(ACCOUNT, "user"),
            _("The devices on which we may show you a notice"),
        ),
    ),
    "notify.Suppression": (
        Keep(
            "id channel mark group why at",
            _("That nothing may be sent to an address, as a fingerprint, so that it stays so"),
        ),
    ),
    "account.EmailConfirmation": (
        Remove(
            "id email_address created sent key",
            After("created", "RECORD_DAYS"),
            _("The code with which you confirm an address"),
        ),
    ),
    "admin.LogEntry": (
        Remove(
            "id action_time user content_type object_id object_repr action_flag change_message",
            After("action_time", "RECORD_DAYS"),
            _("What coordinators changed, and when"),
        ),
    ),
    "sessions.Session": (
        Remove(
            "session_key session_data expire_date",
            After("expire_date"),
            _("Your visit: what you typed and did not send, and that you are signed in"),
        ),
    ),
    "people.Tries": (
        Remove(
            "id key count over_at",
            After("over_at"),
            _("How often a code was tried from one place, as a fingerprint"),
        ),
    ),
    "retention.Erasure": (
        Keep(
            "id model key at", _("That something was erased: a number and the time, nothing else")
        ),
    ),
    # What says nothing about anybody.
    "catalog.Category": (
        Keep(
            "id slug name parent icon position remote_ok sensitive vetted_only needs_vehicle"
            " asks_quantity asks_helpers may_repeat involves_cost days_to_live contact_hours"
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
    "matching.AcceptanceRate": (Keep("category asks yes counted_at"),),
    "matching.ScoringWeights": (
        Keep(
            "id near exact_category related_category own_language shared_language shared_time rested"
        ),
    ),
    "catalog.Language": (Keep("id code name"),),
    "auth.Group": (Keep("id name permissions"),),
    "auth.Permission": (Keep("id name content_type codename"),),
    "contenttypes.ContentType": (Keep("id app_label model"),),
}

"""What a person has with their account: who they are, what they offer, and how to reach them."""

from django.utils.translation import gettext_lazy as _

from mutualaid.retention.terms import ACCOUNT, After, Empty, Keep, Part, Remove, Whole, With

ABOUT_YOU = _("Your name, e-mail address, area and language")

ACCOUNTS: dict[str, tuple[Part, ...]] = {
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
            "id person by at window slot phone",
            With(ACCOUNT, "person"),
            _("Who looked at your e-mail address or phone"),
        ),
        Remove(
            "", After("at", "record_days"), _("Who looked at an account's e-mail address or phone")
        ),
    ),
    "people.Introduction": (
        Remove(
            "person by how at",
            With(ACCOUNT, "person"),
            _("How the group came to know you, and who introduced you"),
        ),
        Empty("by", With(ACCOUNT, "by"), _("Who you introduced to the group")),
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
    "matching.OfferIndexEntry": (
        Remove(
            "id offer category locality reach_km exact speaks week_parts",
            With(ACCOUNT, "offer__volunteer"),
            _("What you offered"),
        ),
    ),
    "matching.OfferPrice": (
        Remove(
            "offer points reserve solved_at",
            With(ACCOUNT, "offer__volunteer"),
            _("What you offered"),
        ),
    ),
    "matching.Refusal": (
        Remove(
            "id offer category locality since until created_at",
            With(ACCOUNT, "offer__volunteer"),
            _("What you don't want to be invited to"),
        ),
    ),
    "notify.Preferences": (
        Remove(
            "user phone phone_request phone_confirmed_at phone_identity ways first_way quiet_from quiet_until"
            " time_zone urgent_at_night max_invitations_per_week pace",
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
}

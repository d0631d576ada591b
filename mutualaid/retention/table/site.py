"""What the site writes down by itself, and what says nothing about anyone."""

from django.utils.translation import gettext_lazy as _

from mutualaid.retention.terms import ACCOUNT, ASK, NEED, After, Empty, Keep, Part, Remove, With

SETTLED = ("sent", "cancelled", "failed", "uncertain", "to_call")
"""A message that waits for nothing but a person."""
GROUP_ENDS = ("group_ends", "group_ends_ask", "group_goes_on", "group_goes_on_ask")
"""They say who was told, so that no one is told twice, and everyone who was that it is called off."""


PRIVATE = ("break_question",)
"""Between the site and their reader: that they were written is of no use once they are sent."""


def _log_entries_about(owner: str) -> dict[str, object]:
    app_label, model = owner.lower().split(".")
    return {"content_type__app_label": app_label, "content_type__model": model}


SITE: dict[str, tuple[Part, ...]] = {
    "notify.Notification": (
        Remove(
            "id key kind about_id recipient state due_at lease_until taken_by tries urgent error created_at"
            " sent_at",
            After(
                "created_at",
                "record_days",
                {"state__in": SETTLED},
                unless={"kind__in": GROUP_ENDS},
            ),
            _("That a message was sent: its kind and time, never its words"),
        ),
        Remove(
            "",
            After(
                "created_at",
                only={"state__in": SETTLED, "kind__in": GROUP_ENDS},
                while_any=(
                    "ending.WindingDown",
                    {"agreed_at__isnull": False, "goes_on_told_at": None},
                ),
            ),
            _("That we told you that our group ends"),
        ),
        Remove(
            "",
            After("created_at", only={"state__in": SETTLED, "kind__in": PRIVATE}),
            _("That we wrote to ask whether you want a break, until it is sent"),
        ),
        Remove("recipient", With(ACCOUNT, "recipient"), _("That messages were sent to you")),
    ),
    "notify.Attempt": (
        Remove(
            "id notification channel reached state tries error message_id began_at sent_at failed_at",
            After(
                "notification__created_at",
                "record_days",
                {"notification__state__in": SETTLED},
            ),
            _("On which ways a message was sent, and what came back"),
        ),
        Remove(
            "notification",
            With(ACCOUNT, "notification__recipient"),
            _("On which ways a message was sent, and what came back"),
        ),
    ),
    "notify.AccountMail": (
        Remove(
            "id row email phone subject body language expires_at",
            After("expires_at"),
            _(
                "A mail or text with your code to sign in, or that your number was changed, until it is sent"
            ),
        ),
    ),
    "notify.Suppression": (
        Keep(
            "id channel fingerprint group reason at",
            _("That we must not write to an address: a fingerprint of it"),
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
                "Your visit: what you typed but didn't send, for an hour; that you're signed in, for"
                " two weeks"
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
    "resources.ResourceReport": (
        Remove(
            "id resource what words created_at settled_at settled_by",
            After("settled_at", "record_days"),
            _("What someone said is wrong about a service near by, once we have looked into it"),
        ),
        Remove(
            "",
            After("created_at", "resource_hide_days"),
            _("What someone said is wrong about a service near by, in any case"),
        ),
        Empty("settled_by", With(ACCOUNT, "settled_by"), _("Which of these you looked into")),
    ),
    # What says nothing about anyone.
    "resources.Resource": (
        Keep(
            "id public_id name organization kind description categories areas locality address hours"
            " eligibility to_bring languages cost phone email website is_active checked_on"
        ),
        Empty("checked_by", With(ACCOUNT, "checked_by"), _("Which services near by you checked")),
    ),
    "numbers.Month": (Keep("id first_day asked met unmet days"),),
    "numbers.MonthPart": (Keep("id month area kind asked met unmet days"),),
    "numbers.MonthMoney": (
        Keep("id month currency given paid_out money_back money_ahead direct_help"),
    ),
    "retention.Rewrite": (Keep("id table done_at"),),
    "catalog.Category": (
        Keep(
            "id slug name parent icon position remote_ok sensitive vetted_only needs_vehicle"
            " asks_quantity asks_helpers may_repeat offered_only days_to_live contact_hours"
            " lapse_hours progress_hours follow_up_days is_active"
        ),
    ),
    "catalog.Locality": (Keep("id slug name names parent lat lng outline"),),
    "catalog.LocalityDistance": (Keep("id locality other km whole_km inside"),),
    "catalog.LocalityReach": (Keep("locality reach_km is_measured"),),
    "health.Heartbeat": (Keep("part at release"),),
    "health.Alarm": (Keep("id is_open began_at ended_at checks told next_at"),),
    "matching.BacklogRun": (
        Keep("id outcome began_at cold needs offers pairs matches moved gap seconds error"),
    ),
    "trials.Trial": (Keep("id key changes asked_at lease_until tries ended_at now then"),),
    "matching.BacklogLease": (Keep("id run until keeper"),),
    "matching.BacklogChange": (Keep("id need_id offer_id"),),
    "matching.CalendarMark": (Keep("id looked_at"),),
    "matching.Recheck": (Keep("id person_id need_id locality_id"),),
    "matching.AcceptanceRate": (Keep("category invitations yes counted_at"),),
    "matching.ScoringWeights": (
        Keep(
            "id near exact_category related_category own_language shared_language shared_time rested"
            " confirmed kept"
        ),
    ),
    "catalog.Language": (Keep("id code name"),),
    "policy.Policy": (
        Keep(
            "id version needs_open_at_once asking_paused asking_paused_words asking_paused_until joining"
            " meeting_words helps_until_known"
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
            " codes_per_hour_site texts_per_day resource_recheck_days resource_hide_days"
            " has_decisions has_pot has_record asks_about_breaks counts_gifts has_principles"
            " counts_hours hours_limit has_partners can_be_found has_lending"
        ),
    ),
    "policy.PolicyChange": (
        Keep("id version at changes"),
        Empty("by", With(ACCOUNT, "by"), _("That you changed how the group works")),
    ),
    "group.GroupProfile": (
        Keep(
            "id version name phone email logo leaf marigold languages texts began_on ends_on ended_on"
        ),
    ),
    "ending.WindingDown": (
        Keep(
            "id proposed_at expires_at closes_on erases_on agreed_at asking_before told_at closed_at"
            " erasing_at called_off_at goes_on_told_at"
        ),
        Empty(
            "proposed_by",
            With(ACCOUNT, "proposed_by"),
            _("That you proposed to wind down our group"),
        ),
        Empty("agreed_by", With(ACCOUNT, "agreed_by"), _("That you agreed to wind down our group")),
        Empty(
            "called_off_by",
            With(ACCOUNT, "called_off_by"),
            _("That you called off the winding down of our group"),
        ),
    ),
    "group.GroupProfileChange": (
        Keep("id version at changes"),
        Empty("by", With(ACCOUNT, "by"), _("That you changed the name or the look of our group")),
    ),
    "group.GroupLogo": (
        Remove(
            "digest width height page icon_192 icon_512 maskable_512 created_at",
            After("created_at", "record_days", {"groupprofile__isnull": True}),
            _("A logo of our group that is no longer used"),
        ),
    ),
    "backups.SiteIdentity": (
        Keep("id site_id key_check secret_key_fingerprint release ledger_bytes"),
    ),
    "auth.Group": (Keep("id name permissions"),),
    "auth.Permission": (Keep("id name content_type codename"),),
    "contenttypes.ContentType": (Keep("id app_label model"),),
}

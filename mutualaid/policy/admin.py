"""The page on which coordinators change how the group works."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from mutualaid.policy.actions import change_policy, make_policy
from mutualaid.policy.current import read_policy
from mutualaid.policy.environment import first_policy
from mutualaid.policy.forms import PolicyForm
from mutualaid.policy.models import Policy, PolicyChange
from mutualaid.policy.previews import previews
from mutualaid.singleton.admin import SingletonAdmin, log_changes
from mutualaid.singleton.history import changed_value
from mutualaid.transitions import StateChanged

GROUPS = (
    (
        gettext_lazy("How a need starts"),
        "needs_open_at_once asking_paused asking_paused_words asking_paused_until",
    ),
    (
        gettext_lazy("Who is new, and how much anyone has at once"),
        "joining meeting_words helps_until_known newcomer_contact_days live_claims_per_person",
    ),
    (
        gettext_lazy("Waves of invitations"),
        "wave_chance_low wave_chance_normal wave_chance_high wave_chance_critical wave_minutes_low"
        " wave_minutes_normal wave_minutes_high wave_minutes_critical base_acceptance_rate"
        " shortlist_size search_again_hours price_hours",
    ),
    (
        gettext_lazy("How often one person is invited"),
        "invitations_per_week invitations_per_day invitations_per_week_urgent",
    ),
    (
        gettext_lazy("Quiet hours, and messages at a set time"),
        "quiet_from quiet_until digest_hour coordinator_digest_weekday coordinator_digest_hour",
    ),
    (
        gettext_lazy("After a volunteer says yes"),
        "contact_hours contact_hours_urgent lapse_hours lapse_hours_urgent progress_hours"
        " progress_hours_urgent progress_answer_hours progress_answer_hours_urgent",
    ),
    (gettext_lazy("After it is done"), "follow_up_days close_unconfirmed_days"),
    (
        gettext_lazy("When a need changes, ends or repeats"),
        "change_notice_minutes expiry_notice_hours min_search_hours repeat_ahead_days",
    ),
    (gettext_lazy("Offers"), "reconfirm_days reconfirm_answer_days"),
    (gettext_lazy("Links in messages"), "link_days_after_end one_tap_days"),
    (
        gettext_lazy("Who looks at contact details"),
        "contact_views_per_day coordinator_contact_views_per_hour",
    ),
    (
        gettext_lazy("When very many come at once"),
        "asks_per_hour_network asks_per_day_contact asks_per_hour_site codes_per_hour_network"
        " codes_per_hour_contact codes_per_hour_site texts_per_day",
    ),
    (gettext_lazy("What's nearby"), "resource_recheck_days resource_hide_days"),
    (
        gettext_lazy("What we do in common"),
        "has_decisions has_pot has_record asks_about_breaks counts_gifts has_principles"
        " counts_hours hours_limit has_partners can_be_found has_lending",
    ),
    (
        gettext_lazy("How long we keep personal details"),
        "erase_days erase_preview_days unconfirmed_account_days record_days block_days backup_days",
    ),
)


@admin.register(Policy)
class PolicyAdmin(SingletonAdmin[Policy]):
    """The one row. Its history is `PolicyChange`, which tells values too."""

    form = PolicyForm
    changes = PolicyChange
    fresh_sign_in = True
    change_form_template = "admin/policy_form.html"
    preview_template = "admin/policy_preview.html"
    preview_title = gettext_lazy("What this would change")
    fieldsets: ClassVar = [(title, {"fields": tuple(names.split())}) for title, names in GROUPS]

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        """Raises `StateChanged` where someone else made the first change since the form was sent."""
        if not form.to_write:
            return
        is_first = form.instance.version == 0
        if is_first and not make_policy():  # until then there is no row that the form could lock
            raise StateChanged("change")
        by = cast(AbstractBaseUser, request.user)  # the admin lets no one else in
        change_policy(by=by, changes=form.to_write)

    def preview_context(self, form: Any) -> dict[str, Any]:
        now = read_policy()
        changes = [
            changed_value(Policy, name, getattr(now, name), value)
            for name, value in form.to_write.items()
        ]
        return {"changes": changes, "previews": previews(now, form.instance)}

    def first(self) -> Policy:
        return first_policy()


log_changes("policy", PolicyChange)

"""Preview in the policy's form: what fewer days would erase at the next sweep, for good."""

from django.apps import apps
from django.utils.translation import gettext as _

from mutualaid.policy.models import Policy
from mutualaid.policy.previews import Preview, register
from mutualaid.retention.sweep import closed_longer_than
from mutualaid.retention.terms import NEED


@register
def next_sweep(now: Policy, then: Policy) -> Preview | None:
    """Count the needs that lose their personal details with the days of `now` and of `then`.

    None where the days are the same.
    """
    if now.erase_days == then.erase_days:
        return None
    needs = apps.get_model(NEED)._base_manager
    return Preview(
        _("What would be erased right away"),
        _("The next sweep comes within minutes. What it erases cannot be brought back."),
        [_("Days until personal details are erased"), _("Needs that lose them at once")],
        [
            [str(days), str(needs.filter(closed_longer_than(days)).count())]
            for days in (now.erase_days, then.erase_days)
        ],
    )

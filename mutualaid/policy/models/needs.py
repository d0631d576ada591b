"""The values of the policy about a need from the yes to its end, about offers, and about links.

The values that a group starts with are the design's: assumed, not measured, unless an ADR says where one
is from. The unit of a number is in its name.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from mutualaid.policy.fields import DAYS, HOURS, number

FOR_TODAY = _("The same when help is needed today.")


class NeedValues(models.Model):
    """From the yes of a volunteer to the end of the need."""

    # After someone said yes.
    contact_hours = number(
        _("hours to get in touch"),
        24,
        HOURS,
        _("Then we remind a volunteer who said yes and has not been in touch."),
    )
    contact_hours_urgent = number(_("hours to get in touch, for help today"), 2, HOURS, FOR_TODAY)
    lapse_hours = number(
        _("hours until a silent yes ends"),
        48,
        HOURS,
        _("Counted from the yes. Then we look for someone else."),
    )
    lapse_hours_urgent = number(
        _("hours until a silent yes ends, for help today"), 6, HOURS, FOR_TODAY
    )
    progress_hours = number(
        _("hours until we ask how it went"),
        72,
        HOURS,
        _("Counted from when they got in touch. When a day is agreed, we ask the morning after."),
    )
    progress_hours_urgent = number(
        _("hours until we ask how it went, for help today"), 24, HOURS, FOR_TODAY
    )
    progress_answer_hours = number(
        _("hours to tell us how it went"),
        48,
        HOURS,
        _("Then coordinators see it. After as long again we look for someone else."),
    )
    progress_answer_hours_urgent = number(
        _("hours to tell us how it went, for help today"), 12, HOURS, FOR_TODAY
    )

    # After it is done.
    follow_up_days = number(
        _("days until we ask again whether it arrived"),
        3,
        DAYS,
        _("Counted from when it was said to be done."),
    )
    close_unconfirmed_days = number(
        _("days until we close it without an answer"),
        7,
        DAYS,
        _("Counted from when we asked again. It is closed as unconfirmed, never as helped."),
    )

    # Changes, ends and repeats of needs.
    change_notice_minutes = number(
        _("minutes until a volunteer hears of a change"),
        10,
        (0, 24 * 60),
        _("So that everything that changes meanwhile goes into one message."),
    )
    expiry_notice_hours = number(
        _("hours before a need ends"), 24, HOURS, _("Then we ask whether help is still needed.")
    )
    min_search_hours = number(
        _("hours we search first"),
        6,
        HOURS,
        _(
            "We look for someone at least this long before we ask that, even when help is needed by"
            " tonight."
        ),
    )
    repeat_ahead_days = number(
        _("days ahead for help that repeats"),
        14,
        (1, 60),
        _("How long before its day we begin to look for someone."),
    )

    # Offers.
    reconfirm_days = number(
        _("days until we ask whether an offer still holds"),
        45,
        DAYS,
        _("Counted from when the volunteer last said so."),
    )
    reconfirm_answer_days = number(
        _("days to say whether an offer still holds"),
        14,
        DAYS,
        _("Then the offer takes a break until the volunteer answers."),
    )

    # Links.
    link_days_after_end = number(
        _("days a private link works after the end"),
        28,
        DAYS,
        _("The person who asked can look at their need this long after it is closed."),
    )
    one_tap_days = number(
        _("days a button in a message works"),
        7,
        (1, 60),
        _("A YES by text message counts just as long."),
    )

    # What is near: others' services, which change without telling us.
    resource_recheck_days = number(
        _("days until we check again what is near"),
        180,
        DAYS,
        _("Counted from when someone last checked that a place or a service is as we say."),
    )
    resource_hide_days = number(
        _("days until what no one checked is hidden"),
        365,
        DAYS,
        _("A wrong address costs someone a bus fare. From then on only coordinators see it."),
    )

    class Meta:
        abstract = True

"""The coordinators' board: what the front page of the admin shows first."""

from typing import Any, cast

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from mutualaid.matching.attention import counts, people_who_often_let_go
from mutualaid.notify.models import STUCK, CallTask, Notification
from mutualaid.notify.routing.unconfirmed_texts import nearly_used_up
from mutualaid.people.models import TwoPersonDecision, User
from mutualaid.people.roles import DECIDE
from requests_app.admin.areas import ALL, PARAMETER, areas_shown
from requests_app.models import Need
from requests_app.rules import needs_of_staff

register = template.Library()


@register.inclusion_tag("admin/_attention.html", takes_context=True)
def attention_items(context: Context) -> dict[str, Any]:
    """How many needs wait for what, messages did not go out, calls are to be made, and people let go often.

    Each with the address of its list, or "" for whoever may only see the numbers. Of a coordinator who
    looks after some areas the needs there are counted, unless the address of the page asks for all. And
    how many text messages are left, where they are few.
    """
    request = context["request"]
    me = cast(User, request.user)
    sees_needs = me.has_perm("requests_app.view_need")
    areas = areas_shown(request)
    needs = needs_of_staff(me) if sees_needs else Need.objects.all()
    if areas:
        needs = needs.filter(locality__in=areas)
    rows = [
        (f"{_list_of('requests_app_need')}?look={key}{_all_areas(request)}", label, count)
        for key, label, count in counts(needs)
    ]
    return {
        "items": rows if sees_needs else [("", label, count) for _url, label, count in rows],
        "others": _others(me),
        "texts": nearly_used_up(),
        "texts_url": reverse("admin:policy_policy_changelist"),
        "only_own_areas": bool(areas),
        "all_areas_url": f"?{PARAMETER}={ALL}",
    }


def _others(me: User) -> list[tuple[str, str, int]]:
    """(address of the list, label, how many) of what else waits."""
    failed = Notification.objects.filter(state__in=STUCK).count()
    calls = CallTask.calls.to_make().count()
    failed_url = f"{_list_of('notify_notification')}?state__in={','.join(STUCK)}"
    let_go_url = f"{_list_of('people_user')}?lets_go=often"
    may = me.has_perm("notify.view_notification"), me.has_perm("notify.view_calltask")
    rows = [
        (
            let_go_url if me.has_perm("people.view_user") else "",
            _("people who say yes and often let go: talk with them"),
            people_who_often_let_go().count(),
        ),
        (failed_url if may[0] else "", _("messages that did not go out"), failed),
        (_list_of("notify_calltask") if may[1] else "", _("people to ring"), calls),
    ]
    if me.has_perm(DECIDE):
        waiting = TwoPersonDecision.objects.waiting().exclude(about=me).count()
        url = f"{_list_of('people_twopersondecision')}?state__exact=open"
        rows.append((url, _("proposals about roles that wait for someone to agree"), waiting))
    return rows


def _list_of(model: str) -> str:
    return reverse(f"admin:{model}_changelist")


def _all_areas(request: Any) -> str:
    return f"&{PARAMETER}={ALL}" if request.GET.get(PARAMETER) == ALL else ""

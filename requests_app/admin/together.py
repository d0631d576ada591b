"""A step with several needs: a page before that says what it would do, and one after that undoes it."""

from collections.abc import Sequence
from typing import Any, NamedTuple, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mutualaid import clock
from mutualaid.admin.dry_run import dry_run
from mutualaid.admin.guarded import GuardedAdmin
from mutualaid.admin.second_page import listed, second_page
from mutualaid.notify.models import Notification
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app import actions, rules
from requests_app.actions.undoing import Undone
from requests_app.admin.steps import Step
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.models import Claim, Need
from requests_app.states import CloseReason


class Forecast(NamedTuple):
    """What a step with some needs would do.

    It is taken with `needs`, `left` is how many stay as they are because of their state, `volunteers` how
    many on their way are told not to go, `messages` how many are sent in all.
    """

    needs: Sequence[Need]
    left: int
    volunteers: int
    messages: int


def forecast(step: Step, needs: Sequence[Need], typed: dict[str, Any], *, by: Actor) -> Forecast:
    """Take the step and roll it back, so that the figures are those of the action itself."""
    on_the_way = Claim.objects.on_the_way().filter(need__in=needs)
    volunteers = on_the_way.values("volunteer").distinct().count()
    with dry_run():
        latest = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        done = step.act(needs, typed, by).done
        written = Notification.objects.filter(pk__gt=latest).count()
    return Forecast(done, len(needs) - len(done), volunteers, written)


def shown_first(
    model_admin: GuardedAdmin[Need],
    request: HttpRequest,
    step: Step,
    needs: Sequence[Need],
    typed: dict[str, Any],
    *,
    by: Actor,
) -> HttpResponse | None:
    """Show what a step with the chosen needs would do, with a button that takes it; None if nothing."""
    expected = forecast(step, needs, typed, by=by)
    if not expected.needs:
        return None
    return second_page(
        model_admin,
        request,
        needs,
        rows=expected.needs,
        title=step.title,
        button=step.button,
        says=_what_comes_of(expected, typed.get("close_reason", "")),
        typed=typed,
    )


def _what_comes_of(expected: Forecast, closed_because: str) -> list[str]:
    """The sentences of the page before the step."""
    done, left, minutes = len(expected.needs), expected.left, current_policy().change_notice_minutes
    told, written = expected.volunteers, expected.messages
    if closed_because:
        closed = ngettext(
            "%(many)s need is closed: %(why)s.", "%(many)s needs are closed: %(why)s.", done
        )
        says = [closed % {"many": done, "why": CloseReason(closed_because).label}]
    else:
        taken = ngettext("It is done for %(many)s need.", "It is done for %(many)s needs.", done)
        says = [taken % {"many": done}]
    on_the_way = ngettext(
        "%(many)s volunteer is on their way and is told not to go.",
        "%(many)s volunteers are on their way and are told not to go.",
        told,
    )
    sent = ngettext(
        "%(many)s message is sent in all.", "%(many)s messages are sent in all.", written
    )
    says += [on_the_way % {"many": told}, sent % {"many": written}]
    if minutes:
        wait = ngettext(
            "Messages wait %(many)s minute. Until then you can undo it.",
            "Messages wait %(many)s minutes. Until then you can undo it.",
            minutes,
        )
        says.append(wait % {"many": minutes})
    if not closed_because:
        after, at_once = (
            _("After that we look for volunteers."),
            _("We look for volunteers at once."),
        )
        says.append(after if minutes else at_once)
    if left:
        stays = ngettext(
            "%(many)s of those you chose stays as it is, for its state does not allow it.",
            "%(many)s of those you chose stay as they are, for their state does not allow it.",
            left,
        )
        says.append(stays % {"many": left})
    return says


def done_page(model_admin: GuardedAdmin[Need], request: HttpRequest, code: str) -> HttpResponse:
    """Show with which needs a step was taken; a POST undoes it and leads to the list.

    Raises `PermissionDenied` for whoever may not change needs, and `Http404` for an unknown code, or one
    of needs that are not all theirs to look after.
    """
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    taken = actions.step_taken(code)
    mine = rules.needs_of_staff(cast(User, request.user))
    if taken is None or mine.filter(pk__in=[need.pk for need in taken.needs]).count() < len(
        taken.needs
    ):
        raise Http404
    if request.method == "POST":
        _tell_undone(request, actions.undo_step(code, by=coordinator(cast(User, request.user))))
        return redirect(model_admin.list_url(request))
    context: dict[str, Any] = {
        **model_admin.admin_site.each_context(request),
        "title": _("Done with these needs: %s") % taken.what,
        "opts": model_admin.opts,
        "list_url": model_admin.list_url(request),
        "taken": taken,
        "can_undo": taken.unchanged and taken.undo_until > clock.now(),
        **listed(model_admin, taken.needs),
    }
    return TemplateResponse(request, "admin/needs_done.html", context)


def _tell_undone(request: HttpRequest, undone: Undone) -> None:
    """Say in numbers what was undone, and what was not and why."""
    is_undone = (
        (
            undone.undone,
            ngettext(
                "%d need is as it was before.", "%d needs are as they were before.", undone.undone
            ),
        ),
        (
            undone.reinstated,
            ngettext(
                "%d task is with its volunteer again.",
                "%d tasks are with their volunteers again.",
                undone.reinstated,
            ),
        ),
    )
    is_not = (
        (
            undone.not_reinstated,
            ngettext(
                "%d task cannot go back to its volunteer. We tell them, and look for someone else.",
                "%d tasks cannot go back to their volunteers. We tell them, and look for others.",
                undone.not_reinstated,
            ),
        ),
        (
            undone.too_late,
            ngettext(
                "%d need stays as it is, for its messages have gone out.",
                "%d needs stay as they are, for their messages have gone out.",
                undone.too_late,
            ),
        ),
        (
            undone.touched,
            ngettext(
                "%d need stays as it is, for someone has changed it since.",
                "%d needs stay as they are, for someone has changed them since.",
                undone.touched,
            ),
        ),
    )
    for level, sentences in ((messages.SUCCESS, is_undone), (messages.WARNING, is_not)):
        for count, sentence in sentences:
            if count:
                messages.add_message(request, level, sentence % count)

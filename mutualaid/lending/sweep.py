"""What the clock does of things, wishes and loans; and what others changed. Idempotent, one row at a time."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.lending import actions
from mutualaid.lending.models import Loan, Thing, ThingRequest
from mutualaid.lending.rules import is_on
from mutualaid.lending.states import LISTED, MOVES_ON
from requests_app.states import ASIDE, WAITING, NeedState

RELATED = ("thing__owner", "need__ask", "need__category")


def sweep_things() -> Iterator[bool]:
    """End what is over, look for others, remind. Also where things are switched off: nothing hangs."""
    for thing in Thing.objects.filter(state__in=LISTED, until__lt=clock.today_in_query()):
        yield actions.expire(thing)
    requests = ThingRequest.objects.select_related(*RELATED).order_by("pk")
    for request in requests.waiting().exclude(need__state__in=(*WAITING, *ASIDE)):
        yield actions.drop(request)
    for request in requests.waiting().filter(need__state=NeedState.OPEN, answer_by=None):
        yield actions.begin_waiting(request) if is_on() else actions.lapse(request)
    is_over = Q(answer_by__lte=Now()) | ~Q(thing__state__in=LISTED)
    for request in requests.waiting().filter(is_over):
        yield actions.lapse(request)
    for request in requests.came_to_nothing():
        yield actions.undo(request)
    for request in requests.filter(state__in=MOVES_ON, moved_on_at=None):
        yield actions.move_on(request)
    loans = Loan.objects.out().select_related("request__thing__owner", "request__need__ask")
    today = clock.today()
    for loan in loans.filter(back_by__lt=today, overdue_at=None).order_by("pk"):
        yield actions.remind_again(loan)
    for loan in loans.filter(
        back_by__lte=today + timedelta(days=1), reminded_at=None, back_by__gte=today
    ).order_by("pk"):
        yield actions.remind(loan)

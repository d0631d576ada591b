"""What stands on the page of one's own things."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from mutualaid.lending.models import Loan, LoanQuerySet, Thing, ThingRequest
from mutualaid.lending.states import LISTED, LoanState
from mutualaid.people.models import User
from requests_app.access.exclusions import asks_kept_from
from requests_app.models import Ask, Need
from requests_app.notifications.mentions import Mention

MOST_SHOWN = 20


@dataclass(frozen=True)
class Wish:
    """Someone could use a thing of the reader: what it is for, without a name."""

    request: ThingRequest
    about: str


@dataclass(frozen=True)
class LoanLine:
    """A loan as one of the two reads it."""

    loan: Loan
    is_owner: bool

    @property
    def title(self) -> str:
        return self.loan.thing.title

    @property
    def runs(self) -> bool:
        return self.loan.state == LoanState.OUT

    @property
    def is_late(self) -> bool:
        return self.runs and self.loan.back_by < timezone.localdate()

    @property
    def can_be_listed_again(self) -> bool:
        is_back = self.loan.state == LoanState.BACK and self.loan.listed_again_at is None
        return self.is_owner and is_back


def wishes_for(user: User) -> list[Wish]:
    """Those that wait for the reader's word, the oldest first; none that is kept from them."""
    waiting = ThingRequest.objects.told().filter(thing__owner=user)
    waiting = waiting.filter(need__in=Need.objects.open())
    waiting = waiting.exclude(need__ask__in=asks_kept_from(user))
    related = waiting.select_related("thing", "need__category", "need__locality")
    first = related.order_by("asked_at", "pk")[:MOST_SHOWN]
    return [Wish(request, str(Mention(request.need))) for request in first]


def lent_by(user: User) -> list[LoanLine]:
    """What the reader lent: what runs, then what is back and not on the list again."""
    back = Q(state=LoanState.BACK, listed_again_at=None)
    loans = Loan.objects.filter(Q(state=LoanState.OUT) | back, request__thing__owner=user)
    return _lines(loans.order_by("-state", "back_by", "pk"), is_owner=True)


def borrowed_by(user: User) -> list[LoanLine]:
    """What the reader borrowed with their account."""
    loans = Loan.objects.out().filter(request__need__ask__in=Ask.objects.of(user))
    return _lines(loans.order_by("back_by", "pk"), is_owner=False)


def listed_by(user: User) -> list[Thing]:
    """What the reader has on the list, the newest first."""
    listed = Thing.objects.of(user).filter(state__in=LISTED)
    return list(listed.select_related("category", "locality").order_by("-created_at", "-pk"))


def of_ask(ask: Ask) -> tuple[list[ThingRequest], list[LoanLine]]:
    """What an ask waits for or was given, and what was borrowed with it."""
    given = ThingRequest.objects.of_ask(ask).filter(loan=None).select_related("thing")
    loans = Loan.objects.of_ask(ask).order_by("back_by", "pk")
    return list(given.order_by("pk")[:MOST_SHOWN]), _lines(loans, is_owner=False)


def _lines(loans: LoanQuerySet, *, is_owner: bool) -> list[LoanLine]:
    rows = loans.select_related("request__thing", "request__claim")[:MOST_SHOWN]
    return [LoanLine(loan, is_owner) for loan in rows]

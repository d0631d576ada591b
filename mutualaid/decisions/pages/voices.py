"""Who speaks on a page: a member, someone admitted by a code, or a neighbour by their private link.

Each sees the same pages, at addresses of their own, and their word goes to the action that is meant for it.
"""

from dataclasses import dataclass
from typing import Protocol

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from mutualaid.decisions import actions, members
from mutualaid.decisions.models import Admission, Decision, NeighbourAnswer, Say
from mutualaid.people.models import User
from requests_app.models import Ask

Given = Say | NeighbourAnswer


class Voice(Protocol):
    """`is_counted`: whether their answer counts, or stands beside."""

    is_counted: bool

    def proposals(self) -> QuerySet[Decision]:
        """The open proposals that they may answer, the first to end first."""

    def unanswered(self) -> QuerySet[Decision]:
        """Those of them that wait for their word."""

    def given(self, decision: Decision) -> Given | None:
        """What they answered so far; None where they have not, or have no say in it."""

    def may_answer(self, decision: Decision) -> bool:
        """Whether a page asks them."""

    def can_read_reasons(self, decision: Decision) -> bool:
        """Whether they see the reasons once it is decided."""

    def speak(self, decision: Decision, answer: str, reason: str = "") -> None:
        """Answer; "" takes it back. Raises `NoSay`, `NoReason`, and `StateChanged` once it is too late."""

    def url_of(self, decision: Decision) -> str:
        """The address of a proposal for them."""

    def list_url(self) -> str:
        """The address of what they can answer."""

    def back_url(self) -> str:
        """The address of the page that leads to that list; "" where none does."""


@dataclass(frozen=True)
class Member:
    """Someone with an account; whether they have a say is written on the list of each proposal."""

    user: User
    is_counted = True

    def proposals(self) -> QuerySet[Decision]:
        return members.open_to(self.user)

    def unanswered(self) -> QuerySet[Decision]:
        return members.waiting_for(self.user)

    def given(self, decision: Decision) -> Given | None:
        return _answered(members.say_of(decision, self.user))

    def may_answer(self, decision: Decision) -> bool:
        return decision.is_open and members.say_of(decision, self.user) is not None

    def can_read_reasons(self, decision: Decision) -> bool:
        has_said = members.say_of(decision, self.user) is not None
        return has_said or members.has_a_say(self.user)

    def speak(self, decision: Decision, answer: str, reason: str = "") -> None:
        actions.speak(decision, by=self.user, answer=answer, reason=reason)

    def url_of(self, decision: Decision) -> str:
        return reverse("decision", args=[decision.public_id])

    def list_url(self) -> str:
        return reverse("decisions")

    def back_url(self) -> str:
        return reverse("me")


@dataclass(frozen=True)
class Admitted:
    """Someone without an account whom a coordinator admitted by a code."""

    admission: Admission
    is_counted = True

    def proposals(self) -> QuerySet[Decision]:
        return self._with(Say.objects.filter(admission=self.admission))

    def unanswered(self) -> QuerySet[Decision]:
        return self._with(Say.objects.filter(admission=self.admission, answer=""))

    def given(self, decision: Decision) -> Given | None:
        return _answered(members.say_of_admission(decision, self.admission))

    def may_answer(self, decision: Decision) -> bool:
        return decision.is_open and self.can_read_reasons(decision)

    def can_read_reasons(self, decision: Decision) -> bool:
        return members.say_of_admission(decision, self.admission) is not None

    def speak(self, decision: Decision, answer: str, reason: str = "") -> None:
        actions.speak_by_admission(decision, by=self.admission, answer=answer, reason=reason)

    def url_of(self, decision: Decision) -> str:
        return reverse("decision_by_code", args=[decision.public_id])

    def list_url(self) -> str:
        return reverse("decisions_by_code")

    def back_url(self) -> str:
        return ""

    def _with(self, says: QuerySet[Say]) -> QuerySet[Decision]:
        mine = says.filter(decision=OuterRef("pk"))
        found: QuerySet[Decision] = Decision.objects.open().filter(Exists(mine))
        return found.order_by("ends_at", "pk")


@dataclass(frozen=True)
class Neighbour:
    """Someone without an account, by the private link of their ask: shown beside, not counted."""

    ask: Ask
    token: str
    is_counted = False

    def proposals(self) -> QuerySet[Decision]:
        """None for an ask of an account: its person answers as a member."""
        if self.ask.account_id or self.ask.veiled_account:
            return Decision.objects.none()
        found: QuerySet[Decision] = Decision.objects.open().filter(
            opened_at__gte=self.ask.created_at
        )
        return found.order_by("ends_at", "pk")

    def unanswered(self) -> QuerySet[Decision]:
        mine = NeighbourAnswer.objects.filter(decision=OuterRef("pk"), ask=self.ask)
        return self.proposals().filter(~Exists(mine))

    def given(self, decision: Decision) -> Given | None:
        return NeighbourAnswer.objects.filter(decision=decision, ask=self.ask).first()

    def may_answer(self, decision: Decision) -> bool:
        return actions.may_speak_as_neighbour(decision, self.ask)

    def can_read_reasons(self, decision: Decision) -> bool:
        return False

    def speak(self, decision: Decision, answer: str, reason: str = "") -> None:
        actions.speak_as_neighbour(decision, by=self.ask, answer=answer, reason=reason)

    def url_of(self, decision: Decision) -> str:
        return reverse("decision_by_link", args=[self.token, decision.public_id])

    def list_url(self) -> str:
        return reverse("decisions_by_link", args=[self.token])

    def back_url(self) -> str:
        return reverse("ask_private", args=[self.token])


def _answered(say: Say | None) -> Say | None:
    return say if say and say.answer else None

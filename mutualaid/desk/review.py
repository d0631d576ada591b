"""The needs that wait to be read, one at a time: what was asked, in the neighbour's words, and what to do."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, NamedTuple, cast

from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mutualaid.admin.refusals import sentence_for
from mutualaid.admin.site import admin_page
from mutualaid.admin.widgets import MOST_DIGITS
from mutualaid.people.models import User
from requests_app import actions, rules
from requests_app.admin import steps
from requests_app.admin.filters.areas import ALL, PARAMETER, areas_shown
from requests_app.admin.merging.hints import hints_for
from requests_app.admin.need_pages import SplitForm
from requests_app.admin.refusals import REFUSALS
from requests_app.admin.steps import Outcome, Step, form_of, take_step
from requests_app.admin.words import words_of
from requests_app.lifecycle.actors import Actor, coordinator
from requests_app.lifecycle.transitions import lock_ask
from requests_app.models import AccessLogEntry, Need, NeedEvent
from requests_app.states import NeedAction, NeedState, Question

ANSWER_DAYS = 2
"""How long a need is left out whose neighbour was asked back, unless they answer. Assumed, not measured."""
JUST_NOW = timedelta(minutes=15)
"""How long it is said that someone else has opened it. Assumed, not measured."""


class QuestionForm(forms.Form):
    question = forms.ChoiceField(
        label=gettext_lazy("What to ask"), choices=[("", "–"), *Question.choices]
    )


def _ask_back(needs: Sequence[Need], typed: dict[str, Any], me: Actor) -> Outcome:
    channels = {actions.ask_back(need, Question(typed["question"]), by=me) for need in needs}
    calls = _("It is on the list of calls, with your question.")
    return Outcome(needs, said=calls if channels == {"call"} else "")


def _split(needs: Sequence[Need], typed: dict[str, Any], me: Actor) -> Outcome:
    made = sum(len(actions.split_need(need, into=list(typed["into"]), by=me)) for need in needs)
    said = ngettext("%d further need was made.", "%d further needs were made.", made) % made
    return Outcome(needs, said=said)


ASK = Step(
    gettext_lazy("Ask back"),
    gettext_lazy("Ask them"),
    gettext_lazy("We have written to them with your question."),
    _ask_back,
    QuestionForm,
)
SPLIT = Step(gettext_lazy("Several tasks"), gettext_lazy("Make these needs"), "", _split, SplitForm)
STEPS: Mapping[str, Step] = {
    "publish": steps.STEPS["publish"],
    "ask": ASK,
    "hold": steps.STEPS["hold"],
    "refer": steps.STEPS["refer"],
    "split": SPLIT,
    "close": steps.STEPS["close"],
}
"""By the name of its button; "publish" stands first and asks for nothing."""
STAYS = ("split",)
"""After these the need still waits to be read."""


class Place(NamedTuple):
    """Where a need stands in the queue: its number, of how many, and the ids of those beside it."""

    number: int
    total: int
    before: int | None
    after: int | None


def waiting(me: User) -> QuerySet[Need]:
    """The needs to be read, the oldest first, without those whose neighbour has just been asked back."""
    last = NeedEvent.objects.filter(need=OuterRef("pk")).order_by("-pk")
    needs = rules.needs_of_staff(me).filter(state=NeedState.TRIAGE)
    needs = needs.annotate(
        last_action=Subquery(last.values("action")[:1]), last_at=Subquery(last.values("at")[:1])
    )
    since = timezone.now() - timedelta(days=ANSWER_DAYS)
    asked_back = Q(last_action=NeedAction.ASK_BACK, last_at__gt=since)
    return needs.exclude(asked_back).order_by("created_at", "pk")


@admin_page("review/", name="review", permission="requests_app.coordinate_need")
def review(request: HttpRequest) -> HttpResponse:
    """Show one need that waits; a POST does something with it and leads to the next."""
    return ReviewPage(request).answer()


class ReviewPage:
    """`queue` holds the ids of the needs that wait, in their order, narrowed to the coordinator's areas."""

    template: ClassVar[str] = "admin/review.html"

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.me = cast(User, request.user)
        self.areas = areas_shown(request)
        needs = waiting(self.me)
        if self.areas:
            needs = needs.filter(locality__in=self.areas)
        self.queue = list(needs.values_list("pk", flat=True))

    def answer(self) -> HttpResponse:
        if self.request.method == "POST":
            return self.act(self.request.POST)
        pk = _id(self.request.GET.get("need", ""))
        if pk in self.queue or pk is None:
            return self.show(pk or next(iter(self.queue), None))
        return self.go_to(self.next_after(pk))

    def act(self, sent: QueryDict) -> HttpResponse:
        """Do the step that was sent; where it is refused, show the same need with what was typed."""
        name = sent.get("do", "")
        step, need = STEPS.get(name), self.need(_id(sent.get("need", "")))
        if need is None or step is None:
            return self.go_to(next(iter(self.queue), None))
        stays = name in STAYS
        after = need.pk if stays else self.next_after(need.pk)
        form = form_of(step, name, sent)
        if not form.is_valid():
            return self.show(need.pk, name, form)
        try:
            with transaction.atomic():
                if not stays:
                    lock_ask(need.ask)
                need.refresh_from_db(fields=["state"])
                if need.state != NeedState.TRIAGE:  # a coordinator on another screen
                    raise actions.StateChanged(name)
                outcome = take_step(step, name, need, form.cleaned_data, coordinator(self.me))
        except actions.StateChanged:
            need.refresh_from_db(fields=["state"])
            self.tell_changed(need)
            return self.go_to(self.next_after(need.pk))
        except tuple(REFUSALS) as refusal:
            form.add_error(None, sentence_for(refusal, REFUSALS))
            return self.show(need.pk, name, form)
        messages.success(self.request, format_html("{} {}", outcome, _link_to(need)))
        return self.go_to(after)

    def tell_changed(self, need: Need) -> None:
        sentence = _("Someone else was first. %(need)s says “%(state)s” now.")
        state = need.get_state_display()
        named = sentence.replace("%(state)s", state).replace("%(need)s", "{}")
        messages.warning(self.request, format_html(named, _link_to(need)))

    def need(self, pk: int | None) -> Need | None:
        mine = rules.needs_of_staff(self.me)
        rows = mine.select_related("ask", "category", "locality")
        return rows.filter(pk=pk).first() if pk else None

    def next_after(self, pk: int) -> int | None:
        """The id of the need that follows this one, which may have left the queue; None after the last."""
        left = Need.objects.filter(pk=pk).values_list("created_at", flat=True).first()
        if left is None:
            return next(iter(self.queue), None)
        later = Q(created_at__gt=left) | Q(created_at=left, pk__gt=pk)
        following = Need.objects.filter(later, pk__in=self.queue).order_by("created_at", "pk")
        after = following.values_list("pk", flat=True).first()
        return after or next((first for first in self.queue if first != pk), None)

    def go_to(self, pk: int | None) -> HttpResponse:
        return redirect(self.url(pk))

    def url(self, pk: int | None = None) -> str:
        query = QueryDict(mutable=True)
        if self.request.GET.get(PARAMETER) == ALL:
            query[PARAMETER] = ALL
        if pk:
            query["need"] = str(pk)
        return f"{reverse('admin:review')}{'?' if query else ''}{query.urlencode()}"

    def show(
        self, pk: int | None, name: str = "", refused: forms.Form | None = None
    ) -> HttpResponse:
        """Show a need; the form of the step `name` as it was `refused`, the others fresh."""
        need = self.need(pk)
        context: dict[str, Any] = {
            **admin.site.each_context(self.request),
            "title": _("Review"),
            "areas": self.areas,
            "all_areas_url": f"?{PARAMETER}={ALL}",
            "need": need,
        }
        if need:
            context |= self.about(need, name, refused)
        return TemplateResponse(self.request, self.template, context)

    def about(self, need: Need, name: str, refused: forms.Form | None) -> dict[str, Any]:
        place = self.place_of(need.pk)
        steps = [
            (key, step, refused if key == name and refused else form_of(step, key))
            for key, step in STEPS.items()
        ]
        return {
            "place": place,
            "previous_url": self.url(place.before) if place and place.before else "",
            "next_url": self.url(place.after) if place and place.after else "",
            **words_of(self.request, need.ask),
            "others": self.others_who_read(need),
            "languages": need.ask.languages.all(),
            "is_kept_from_someone": need.ask.exclusions.exists(),
            "steps": steps,
            "refused": name,
            **hints_for(self.request, need.ask),
        }

    def place_of(self, pk: int) -> Place | None:
        if pk not in self.queue:
            return None
        at = self.queue.index(pk)
        around = dict(enumerate(self.queue))
        return Place(at + 1, len(self.queue), around.get(at - 1), around.get(at + 1))

    def others_who_read(self, need: Need) -> list[User]:
        """Who else opened it a short while ago, and may be about to decide."""
        reads = AccessLogEntry.objects.filter(
            ask=need.ask_id, kind=AccessLogEntry.Kind.WORDS, at__gt=timezone.now() - JUST_NOW
        )
        others = reads.exclude(by=self.me).select_related("by").order_by("-at")
        return [read.by for read in others if read.by]


def _link_to(need: Need) -> str:
    page = reverse("admin:requests_app_need_change", args=[need.pk])
    return format_html('<a href="{}">{} · {}</a>', page, need, need.code)


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None

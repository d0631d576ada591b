"""The things that everyone sees: what, where and how many, never whose; and "I could use it"."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mutualaid.forms.drafts import Answers
from mutualaid.http import private_page
from mutualaid.lending.models import Thing
from mutualaid.lending.pages.decorators import while_on
from mutualaid.lending.pages.forms import Filter, HowManyForm
from mutualaid.lending.receivers import DRAFT_KEY
from requests_app.pages.ask.draft import ASK, SENT
from requests_app.pages.ask.wizard import DETAILS, KIND, WHAT, WHERE, WHO

ON_A_PAGE = 20


@login_not_required
@while_on
@require_safe
def things(request: HttpRequest) -> HttpResponse:
    """All things, narrowed to what was chosen."""
    chosen = Filter(request.GET)
    found = chosen.things().select_related("category", "locality").defer("locality__outline")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": chosen, "page": page, "query": query.urlencode()}
    return render(request, "lending/list.html", context)


@login_not_required
@private_page
@while_on
@require_http_methods(["GET", "HEAD", "POST"])
def thing(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One thing; a POST begins an ask for it. Raises `Http404` for one that is not shown."""
    related = Thing.objects.shown().select_related("category__parent", "locality")
    shown = get_object_or_404(related, public_id=public_id)
    form = HowManyForm(request.POST if request.method == "POST" else None, left=shown.left)
    is_mine = shown.owner_id == request.user.pk
    if form.is_bound and is_mine:
        messages.info(request, _("This one is yours. Someone else can ask for it."))
        return redirect("my_things")
    if not (form.is_bound and form.is_valid()):
        context = {"thing": shown, "form": form, "is_mine": is_mine}
        return render(request, "lending/thing.html", context)
    answers = ASK.load(request)
    if WHAT.name in answers and SENT not in answers and DRAFT_KEY not in answers:
        messages.info(
            request,
            _("You have begun to ask for something. Send it or delete it, then come back here."),
        )
        return redirect("ask_step", WHAT.name)
    ASK.save(request, {**_kept(answers), **_answers(shown, form.cleaned_data["many"])})
    return redirect("ask_step", WHO.name)


def _kept(answers: Answers) -> Answers:
    """What was said of who asks, in a draft that is still open."""
    return {} if SENT in answers else answers


def _answers(thing: Thing, many: int) -> Answers:
    """The answers that the thing gives: kind, area and what it is. Each can be changed before sending."""
    group = thing.category.parent or thing.category
    what = thing.title if many == 1 else f"{many} × {thing.title}"
    return {
        WHAT.name: {"group": group.slug},
        KIND.name: {"category": [thing.category.slug]},
        WHERE.name: {"locality": thing.locality.slug},
        DETAILS.name: {"people_count": "", "helpers_wanted": "", "notes": what},
        DRAFT_KEY: {"id": str(thing.public_id), "many": many},
    }

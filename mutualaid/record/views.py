"""The record: seals and hashes for everyone, to be checked; what the entries say for who is signed in.

Each sum of a pot stands in it, and the public numbers leave out those of a few people.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Concatenate, NamedTuple, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mutualaid.policy.current import current_policy
from mutualaid.record import files
from mutualaid.record.entries import in_words
from mutualaid.record.models import RecordEntry, Seal
from mutualaid.record.signing import fingerprint
from mutualaid.record.witnesses import witnesses

P = ParamSpec("P")
SEALS_ON_A_PAGE = 20
ENTRIES_ON_A_PAGE = 50


class Line(NamedTuple):
    """One entry as the page shows it."""

    entry: RecordEntry
    words: str


def _where_kept(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Decorate a view for everyone: 404 where the group keeps no record. Raises `Http404`."""

    @login_not_required
    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not current_policy().has_record:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped


@_where_kept
def record(request: HttpRequest) -> HttpResponse:
    """The seals, the newest first, and how to check them."""
    page = _page(request)
    newest = Seal.objects.first()
    context = {
        "page": page,
        "newest": newest,
        "fingerprint": fingerprint(newest.public_key) if newest else "",
        "witnesses": witnesses(),
    }
    return render(request, "record/record.html", context)


@_where_kept
@never_cache
def seals_file(request: HttpRequest) -> HttpResponse:
    """The seals of one page of the list."""
    return _seals_download(request, list(_page(request)), "seals.jsonl")


@_where_kept
@never_cache
def seal(request: HttpRequest, number: int) -> HttpResponse:
    """One seal, and for who is signed in a sentence for each of its entries."""
    found = get_object_or_404(Seal, number=number)
    context = {"seal": found, "fingerprint": fingerprint(found.public_key)}
    if request.user.is_authenticated:
        entries = RecordEntry.objects.filter(
            number__range=(found.first_number, found.last_number)
        ).order_by("number")
        page = Paginator(entries, ENTRIES_ON_A_PAGE).get_page(request.GET.get("page"))
        context |= {"page": page, "lines": [Line(entry, in_words(entry)) for entry in page]}
    return render(request, "record/seal.html", context)


@_where_kept
@never_cache
def seal_file(request: HttpRequest, number: int) -> HttpResponse:
    """One seal."""
    found = get_object_or_404(Seal, number=number)
    return _seals_download(request, [found], f"seal-{number}.jsonl")


@_where_kept
def program(request: HttpRequest) -> HttpResponse:
    """The program that checks these files."""
    return _download([files.program().decode()], "seals.py", "text/x-python")


def _page(request: HttpRequest) -> Page[Seal]:
    return Paginator(Seal.objects.all(), SEALS_ON_A_PAGE).get_page(request.GET.get("page"))


def _seals_download(request: HttpRequest, sealed: Sequence[Seal], name: str) -> HttpResponse:
    """With the entries for who is signed in; with nothing but their hashes for everyone else."""
    return _download(files.lines_of(sealed, with_entries=request.user.is_authenticated), name)


def _download(
    lines: Iterable[str], name: str, content_type: str = "application/jsonl"
) -> HttpResponse:
    response = HttpResponse("".join(lines), content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

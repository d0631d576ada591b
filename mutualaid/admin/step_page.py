"""A page of the admin for one action on one row: fetch the row, show a form, call the action."""

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache

from mutualaid.admin.refusals import REFUSALS, Refusals, Text, sentence_for

if TYPE_CHECKING:
    from mutualaid.people.models import User

M = TypeVar("M", bound=Model)
F = TypeVar("F", bound=forms.BaseForm)


class StepPage(Generic[M, F]):
    """A subclass calls its action in `act`. What the action refuses (`refusals`) is an error of the form.

    `name` is the last part of the address, and of the URL's name: "admin:<app>_<model>_<name>".
    `permission` is what it takes beside seeing the row, in the words of `has_<permission>_permission` of
    the admin.
    """

    name: ClassVar[str]
    permission: ClassVar[str] = "change"
    title: ClassVar[Text]
    template: ClassVar[str] = "admin/step_page.html"
    form_class: ClassVar[type[forms.BaseForm]] = forms.Form
    refusals: ClassVar[Refusals] = REFUSALS
    explains: ClassVar[Text] = ""
    button: ClassVar[Text] = ""
    fresh_sign_in: ClassVar[bool] = False
    """Whether acting here needs a fresh sign-in (`people.sign_in.fresh`)."""

    def __init__(self, model_admin: "ModelAdmin[M]", request: HttpRequest, row: M) -> None:
        self.admin = model_admin
        self.request = request
        self.row = row
        self.me = cast("User", request.user)

    @classmethod
    def url(cls, model_admin: "ModelAdmin[M]") -> URLPattern:
        """Return the URL of this page, open to whoever has its permission for the row."""

        def view(request: HttpRequest, pk: int) -> HttpResponse:
            may = getattr(model_admin, f"has_{cls.permission}_permission")
            if not may(request):
                raise PermissionDenied
            row = model_admin.get_object(request, str(pk))
            if row is None:
                raise Http404
            if not may(request, row):
                raise PermissionDenied
            return cls(model_admin, request, row).answer()

        opts = model_admin.opts
        name = f"{opts.app_label}_{opts.model_name}_{cls.name}"
        guarded = never_cache(model_admin.admin_site.admin_view(view))
        if cls.fresh_sign_in:
            guarded.fresh_sign_in = ""  # type: ignore[attr-defined]
        return path(f"<int:pk>/{cls.name}/", guarded, name=name)

    def answer(self) -> HttpResponse:
        """Show the form, or on a POST act on it. Every other method only shows."""
        if self.request.method != "POST":
            return self.show(self.form())
        form = self.form(self.request.POST)
        try:
            with transaction.atomic():
                outcome = self.act(form) if form.is_valid() else None
        except tuple(self.refusals) as refusal:
            form.add_error(None, sentence_for(refusal, self.refusals))
            return self.show(form)
        if outcome is None:
            return self.show(form)
        messages.success(self.request, outcome)
        return redirect(self.next_url())

    def form(self, data: QueryDict | None = None) -> F:
        form: Any = self.form_class(data)
        return form  # type: ignore[no-any-return]

    def act(self, form: F) -> str:
        """Call the action with what the valid form says; return a sentence that tells the outcome.

        Runs in a transaction. Raises `NotImplementedError` where a subclass has no action.
        """
        raise NotImplementedError

    def context(self, form: F) -> dict[str, Any]:
        """Return what the template needs beside the form."""
        return {}

    def next_url(self) -> str:
        """Return where to go once it is done; by default the page of the row."""
        return self.url_of(self.row)

    def url_of(self, row: Model) -> str:
        """Return the address of the admin page about a row; of this one it knows from which list one came."""
        page = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        came_from = self.admin.get_preserved_filters(self.request) if row == self.row else ""
        return f"{page}?{came_from}" if came_from else page

    def show(self, form: F) -> HttpResponse:
        self.row.refresh_from_db()
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": self.title,
            "explains": self.explains,
            "button": self.button,
            "opts": self.admin.opts,
            "original": self.row,
            "row_url": self.url_of(self.row),
            "preserved_filters": self.admin.get_preserved_filters(self.request),
            "form": form,
            "media": self.admin.media + form.media,
            **self.context(form),
        }
        return TemplateResponse(self.request, self.template, context)

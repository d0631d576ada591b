"""A page of the admin on which one thing is done to one row: fetch, ask by a form, call an action."""

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.cache import never_cache

from mutualaid.admin.refusals import REFUSALS, Refusals, Words, words_for

if TYPE_CHECKING:
    from mutualaid.admin.action_admin import ActionAdmin

M = TypeVar("M", bound=Model)
F = TypeVar("F", bound=forms.BaseForm)


class StepPage(Generic[M, F]):
    """`act` does what a valid form says and returns what to tell; a refusal is told on the form.

    `name` is the last part of the address, and of the name of the URL after the model's.
    """

    name: ClassVar[str]
    title: ClassVar[Words]
    template: ClassVar[str] = "admin/step_page.html"
    form_class: ClassVar[type[forms.BaseForm]] = forms.Form
    refusals: ClassVar[Refusals] = REFUSALS
    explains: ClassVar[Words] = ""
    button: ClassVar[Words] = ""

    def __init__(self, model_admin: "ActionAdmin[M]", request: HttpRequest, row: M) -> None:
        self.admin = model_admin
        self.request = request
        self.row = row
        self.me: Any = request.user

    @classmethod
    def url(cls, model_admin: "ActionAdmin[M]") -> URLPattern:
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            if not model_admin.has_change_permission(request):
                raise PermissionDenied
            row = model_admin.get_object(request, str(pk))
            if row is None:
                raise Http404
            return cls(model_admin, request, row).answer()

        opts = model_admin.opts
        name = f"{opts.app_label}_{opts.model_name}_{cls.name}"
        guarded = never_cache(model_admin.admin_site.admin_view(view))
        return path(f"<int:pk>/{cls.name}/", guarded, name=name)

    def answer(self) -> HttpResponse:
        """Every method but POST only looks."""
        if self.request.method != "POST":
            return self.show(self.form())
        form = self.form(self.request.POST)
        try:
            with transaction.atomic():
                said = self.act(form) if form.is_valid() else None
        except tuple(self.refusals) as refusal:
            form.add_error(None, words_for(refusal, self.refusals))
            return self.show(form)
        if said is None:
            return self.show(form)
        messages.success(self.request, said)
        return redirect(self.next_url())

    def form(self, data: QueryDict | None = None) -> F:
        form: Any = self.form_class(data)
        return form  # type: ignore[no-any-return]

    def act(self, form: F) -> str:
        raise NotImplementedError

    def context(self, form: F) -> dict[str, Any]:
        """What the template needs beside the form."""
        return {}

    def next_url(self) -> str:
        return self.url_of(self.row)

    def url_of(self, row: Model) -> str:
        """The page of the admin about a row."""
        return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])

    def show(self, form: F) -> HttpResponse:
        self.row.refresh_from_db()
        opts = self.admin.opts
        context = {
            **self.admin.admin_site.each_context(self.request),
            "title": self.title,
            "explains": self.explains,
            "button": self.button,
            "opts": opts,
            "original": self.row,
            "list_url": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
            "row_url": self.url_of(self.row),
            "form": form,
            "media": self.admin.media + form.media,
            **self.context(form),
        }
        return TemplateResponse(self.request, self.template, context)

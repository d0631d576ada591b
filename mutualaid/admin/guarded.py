"""What every admin of ours keeps to: whom it answers, by what its rows can be looked up, how its list is."""

from copy import copy
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from mutualaid.admin.change_list import PAGE_SIZES, NearestPage, SizedChangeList, anchor_of
from mutualaid.admin.second_page import use_chosen_before

M = TypeVar("M", bound=Model)


class GuardedAdmin(admin.ModelAdmin[M]):
    """Rows can be looked up by its filters and by nothing else. `page_context` adds to the page of one.

    Django's own lets any column be tried letter by letter: `?password__startswith=p` tells whose hash
    begins so by who is left in the list.
    """

    list_per_page = PAGE_SIZES[0]
    list_max_show_all = 0
    show_full_result_count = False
    paginator = NearestPage

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SizedChangeList]:
        return SizedChangeList

    @admin.display(description="")
    def action_checkbox(self, obj: M) -> SafeString:
        """Let an address lead to the row (`anchor_of`). Written here: a widget renders a template a row."""
        return format_html(
            '<input type="checkbox" name="{}" value="{}" class="action-select" aria-label="{}" id="{}"{}>',
            ACTION_CHECKBOX_NAME,
            obj.pk,
            _("Choose %s") % obj,
            anchor_of(obj.pk),
            mark_safe(" checked") if getattr(obj, "is_chosen", False) else "",
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say beside the actions what is missing, a row or an action, and keep what was chosen.

        Django would lead to a fresh list.
        """
        error = self._what_is_missing(request)
        if not error:
            return super().changelist_view(request, extra_context)
        name = request.POST.get("action", "")
        shown = copy(request)
        shown.method = "GET"
        shown.chosen = set(request.POST.getlist(ACTION_CHECKBOX_NAME))  # type: ignore[attr-defined]
        answer = super().changelist_view(shown, {**(extra_context or {}), "action_error": error})
        if form := getattr(answer, "context_data", {}).get("action_form"):
            form.fields["action"].initial = name
        return answer

    def _what_is_missing(self, request: HttpRequest) -> str:
        """Why the list action that was sent cannot be begun; "" where it can, or none was sent."""
        sent = request.POST
        if request.method != "POST" or "index" not in sent:
            return ""
        if not sent.get("action"):
            return _("Choose what to do with these rows.")
        is_chosen = sent.getlist(ACTION_CHECKBOX_NAME) or sent.get("select_across") == "1"
        return "" if is_chosen else _("Choose at least one row.")

    def name_of(self, row: M) -> str:
        """What a page about several rows calls one of them."""
        return str(row)

    def page_of(self, row: M) -> str:
        """The address of the page of a row."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])

    def list_url(self, request: HttpRequest, row: M | None = None) -> str:
        """The list from which one came to this page, with its filters and page; at this row of it."""
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")
        filters = request.GET.get("_changelist_filters", "")
        place = f"#{anchor_of(row.pk)}" if row else ""
        return f"{page}{'?' if filters else ''}{filters}{place}"

    def response_post_save_change(self, request: HttpRequest, obj: M) -> HttpResponseRedirect:
        return HttpResponseRedirect(self.list_url(request, obj))

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[M], *args: Any
    ) -> HttpResponse | None:
        """Lead back to the place in the list: to the row above the first that was chosen.

        That one is still there, wherever the chosen rows went. Chosen is also what a page in between carries.
        """
        use_chosen_before(request)
        above = self._row_above_chosen(request, queryset)
        answer = super().response_action(request, queryset, *args)
        if (
            above
            and isinstance(answer, HttpResponseRedirect)
            and answer.url == request.get_full_path()
        ):
            return HttpResponseRedirect(f"{answer.url}#{anchor_of(above)}")
        return answer

    def _row_above_chosen(self, request: HttpRequest, rows: QuerySet[M]) -> int | None:
        chosen = set(request.POST.getlist(ACTION_CHECKBOX_NAME))
        above = None
        for pk in rows.values_list("pk", flat=True) if chosen else ():
            if str(pk) in chosen:
                return above
            above = pk
        return None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Allow what a filter of this list asks for; the answer to everything else is 400."""
        filters = [
            one[0] if isinstance(one, list | tuple) else one
            for one in self.get_list_filter(request)
        ]
        own_parameters = {getattr(one, "parameter_name", None) for one in filters}
        paths = {_columns(self.model, one) for one in filters if isinstance(one, str)}
        if self.date_hierarchy:
            paths.add(_columns(self.model, self.date_hierarchy))
        columns = _columns(self.model, lookup)
        return lookup in own_parameters or (bool(columns) and columns in paths)

    def page_context(self, request: HttpRequest, row: M) -> dict[str, Any]:
        """Return what the page of a row shows beside its fields; nothing by default."""
        return {}

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        context |= self.page_context(request, obj) if obj else {}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str | None
    ) -> Any:
        """Say of a row that is not theirs what is said of one that is not there. Raises `Http404`."""
        raise Http404


def _columns(model: type[Model], lookup: str) -> tuple[str, ...]:
    """Return the fields that a lookup goes along, without what is done with the last one.

    The key of a related row is the relation itself: "localities__id__exact" goes along `localities`.
    Empty where it begins with no field.
    """
    fields = list[str]()
    current: Any = model
    for part in lookup.split("__"):
        if current is None:
            break
        try:
            field = current._meta.pk if part == "pk" else current._meta.get_field(part)
        except FieldDoesNotExist:
            break
        is_key_of_related = bool(fields) and field == current._meta.pk
        if not is_key_of_related:
            fields.append(field.name)
        current = field.related_model if field.is_relation else None
    return tuple(fields)

"""Offers in the admin."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from mutualaid.admin.action_admin import ActionAdmin, without_related_links
from mutualaid.admin.careful_form import CarefulForm
from mutualaid.admin.dry_run import dry_run
from mutualaid.admin.second_page import is_confirmed, second_page
from mutualaid.admin.ticked import TickedFilter, TickedRows
from mutualaid.people.models import User
from offers_app import actions
from offers_app.models import Offer

OFFERS_AT_ONCE = 500
"""In one transaction: as many as a list shows."""


class OfferAdminForm(CarefulForm, forms.ModelForm[Offer]):
    class Meta:
        model = Offer
        fields = actions.EDITABLE

    def current(self) -> Mapping[str, object]:
        rows = Offer.objects.select_for_update(of=("self",)) if self.is_bound else Offer.objects
        offer = rows.get(pk=self.instance.pk)
        links = {name: list(getattr(offer, name).all()) for name in actions.MANY_TO_MANY}
        columns = set(actions.EDITABLE) - actions.MANY_TO_MANY
        return links | {name: getattr(offer, name) for name in columns}

    def who_changed(self, name: str) -> str:
        return str(self.instance.volunteer)


@admin.register(Offer)
class OfferAdmin(TickedRows, ActionAdmin[Offer]):
    form = OfferAdminForm
    list_display = ("volunteer", "state", "paused_until", "reach_km", "per_week", "has_vehicle")
    list_filter = ("state", "has_vehicle", "categories__parent", "localities", TickedFilter)
    list_select_related = ("volunteer",)
    search_fields = ("volunteer__name",)
    fields = (
        "volunteer", "categories", "localities", "languages", "reach_km", "week_parts", "per_week",
        "has_vehicle", "state", "paused_until", "confirmed_at", "created_at",
    )  # fmt: skip
    readonly_fields = ("volunteer", "state", "paused_until", "confirmed_at", "created_at")
    actions = ("pause", "resume", "end", "only_ticked")

    def apply_change(self, request: HttpRequest, form: Any) -> None:
        if form.to_write:
            offer = Offer.objects.get(pk=form.instance.pk)
            actions.change_offer(offer, form.to_write, by=cast(User, request.user))

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return without_related_links(super().formfield_for_dbfield(db_field, request, **kwargs))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    @admin.action(description=_("Pause, until they come back"), permissions=["change"])
    def pause(self, request: HttpRequest, chosen: QuerySet[Offer]) -> None:
        self._all(request, chosen, partial(actions.pause_offers, until=None))

    @admin.action(description=_("End the pause"), permissions=["change"])
    def resume(self, request: HttpRequest, chosen: QuerySet[Offer]) -> HttpResponse | None:
        """Several at once are shown first, for needs are looked up for them at once."""
        offers = list(chosen)
        if len(offers) > 1 and not is_confirmed(request):
            with dry_run():
                resumed = self._apply(offers, actions.resume_offers, by=request.user)
            if resumed:
                return self._resume_page(request, offers, resumed)
        self._all(request, offers, actions.resume_offers)
        return None

    def _resume_page(
        self, request: HttpRequest, offers: Sequence[Offer], resumed: Sequence[Offer]
    ) -> HttpResponse:
        asked = ngettext(
            "%(many)s volunteer may be asked to help from now on.",
            "%(many)s volunteers may be asked to help from now on.",
            len(resumed),
        )
        return second_page(
            self,
            request,
            offers,
            rows=resumed,
            title=_("End the pause"),
            button=_("End the pause"),
            says=[asked % {"many": len(resumed)}],
        )

    @admin.action(description=_("End the offer: they said stop"), permissions=["change"])
    def end(self, request: HttpRequest, chosen: QuerySet[Offer]) -> None:
        self._all(request, chosen, actions.withdraw_offers)

    def _all(
        self, request: HttpRequest, chosen: Iterable[Offer], action: Callable[..., object]
    ) -> None:
        changed = len(self._apply(chosen, action, by=request.user))
        done = ngettext("Done for %d offer.", "Done for %d offers.", changed)
        self.message_user(request, done % changed, messages.SUCCESS)

    def _apply(
        self, chosen: Iterable[Offer], action: Callable[..., object], *, by: object
    ) -> list[Offer]:
        """Apply `action` to these offers in parts; returns those whose state it changed."""
        changed, rest = list[Offer](), iter(chosen)
        while offers := list(islice(rest, OFFERS_AT_ONCE)):
            before = {offer.pk: offer.state for offer in offers}
            action(offers, by=by)
            changed += [offer for offer in offers if offer.state != before[offer.pk]]
        return changed

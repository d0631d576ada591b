"""The form of the row: it writes only what its user changed, whatever others changed meanwhile."""

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.http import QueryDict
from django.utils.translation import gettext as _

from mutualaid.admin.careful_form import CarefulForm
from mutualaid.forms.stale import SEEN, Conflict, is_untouched, seen_again
from mutualaid.singleton.models import SingletonChange, SingletonRow


class SingletonForm(CarefulForm):
    """A mixin. A subclass names its `history` and returns the `first` row, which is not stored."""

    history: ClassVar[type[SingletonChange]]

    def first(self) -> SingletonRow:
        """Return the row of first values. Raises `NotImplementedError` by default."""
        raise NotImplementedError

    def current(self) -> Mapping[str, object]:
        rows = self.history.row._default_manager.all()
        if self.is_bound:
            rows = rows.select_for_update()
        return (rows.filter(pk=SingletonRow.ONLY).first() or self.first()).values()

    def who_changed(self, name: str) -> str:
        changes = self.history._default_manager.filter(changes__has_key=name).select_related("by")
        latest = changes.order_by("version").last()
        return str(latest.by) if latest and latest.by else _("the site")

    def clean(self) -> dict[str, Any]:
        """Put the current values where the user changed nothing: some rules are about several fields."""
        cleaned = super().clean()
        seen = self.data.get(self.add_prefix(SEEN), "")
        current = {
            name: value
            for name, value in self.current().items()
            if name in cleaned and is_untouched(seen, name, cleaned[name])
        }
        changed_by_others = {name: v for name, v in current.items() if cleaned[name] != v}
        if changed_by_others:
            self._show(seen, changed_by_others)
        return cleaned | current

    def as_sent(self, name: str, value: Any) -> dict[str, Any]:
        """Return what a browser would send for this value of a field."""
        if value is False:  # a box without a tick sends nothing
            return {}
        return {self.add_prefix(name): self.fields[name].prepare_value(value)}

    def _show(self, seen: str, current: Mapping[str, Any]) -> None:
        """Let the form have these values, and have seen them, if it is shown once more."""
        data = cast(QueryDict, self.data).copy()
        for name, value in current.items():
            data.pop(self.add_prefix(name), None)
            data.update(self.as_sent(name, value))
        as_seen = {name: Conflict(value, value) for name, value in current.items()}
        data[self.add_prefix(SEEN)] = seen_again(seen, as_seen)
        self.data = data

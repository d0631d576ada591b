"""How far, in the unit of the region: miles in the US, kilometres elsewhere. Kept in whole km."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

KM_OF_A_MILE = 1.609344


class DistanceField(forms.IntegerField):
    """A whole number of miles or kilometres from 0 to `most_km`; its value is in whole km."""

    def __init__(self, *, most_km: int, **options: Any) -> None:
        self.is_in_miles = settings.AMERICAN
        if self.is_in_miles:
            words = gettext_lazy("In miles, from the middle of one area to the middle of the next.")
        else:
            words = gettext_lazy(
                "In kilometres, from the middle of one area to the middle of the next."
            )
        super().__init__(min_value=0, max_value=self._shown(most_km), help_text=words, **options)

    def clean(self, value: Any) -> int | None:
        """Return whole km, so that the same number of miles is shown again. Raises `ValidationError`."""
        distance: int | None = super().clean(value)
        if distance is None or not self.is_in_miles:
            return distance
        return round(distance * KM_OF_A_MILE)

    def prepare_value(self, value: Any) -> Any:
        """Return km as they are shown; what was typed stays as it is."""
        return self._shown(value) if isinstance(value, int) else value

    def in_words(self, km: int) -> str:
        shown = self._shown(km)
        if self.is_in_miles:
            return ngettext("%(count)d mile", "%(count)d miles", shown) % {"count": shown}
        return _("%(count)d km") % {"count": shown}

    def _shown(self, km: int) -> int:
        return round(km / KM_OF_A_MILE) if self.is_in_miles else km

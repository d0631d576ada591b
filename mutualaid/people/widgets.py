"""Choosing a person by name in the admin, among thousands."""

from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect


class TolerantAutocomplete(AutocompleteSelect):
    """Django's own fails where it is shown again with something that is no id."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if str(one).isdecimal()], attrs)

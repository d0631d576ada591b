"""A system check that finds first values in the environment that cannot be used."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ValidationError

from mutualaid.group.first_values import first_group

HINT = "Choose another GROUP_NAME or HELP_CONTACT, or leave it out: coordinators write both in the admin."


@register()
def first_values_can_be_used(app_configs: Any, **_: Any) -> list[CheckMessage]:
    try:
        first_group().validate()
    except ValidationError as error:
        return [
            Error(f"{name}: {' '.join(messages)}", hint=HINT, id="mutualaid.E031")
            for name, messages in error.message_dict.items()
        ]
    return []

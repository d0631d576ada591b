"""A system check that finds first values in the environment that cannot be used."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from mutualaid.policy.environment import problems

HINT = (
    "The environment gives first values only. Once the site has started, coordinators change them in"
    " the admin, and the variable can be left out."
)


@register()
def first_values_can_be_used(app_configs: Any, **_: Any) -> list[CheckMessage]:
    return [Error(problem, hint=HINT, id="mutualaid.E030") for problem in problems()]

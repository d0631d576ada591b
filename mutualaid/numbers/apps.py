from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NumbersConfig(AppConfig):
    name = "mutualaid.numbers"
    verbose_name = _("The numbers")

    def ready(self) -> None:
        from mutualaid.numbers import notifications, record  # noqa: F401  they register themselves

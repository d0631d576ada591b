"""Groups that help each other: what goes from this site to another group's, and back."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "mutualaid.partners"
    verbose_name = _("Neighbouring groups")

    def ready(self) -> None:
        # They register: which messages they take up.
        from mutualaid.partners.actions import calling, pinging  # noqa: F401

"""Groups that help each other: what goes from this site to another group's, and back."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "mutualaid.partners"
    verbose_name = _("Neighbouring groups")

    def ready(self) -> None:
        # They register: what is taken up from partners, and what the record holds.
        from mutualaid.partners import record  # noqa: F401
        from mutualaid.partners.actions import keys, pinging, witnessing  # noqa: F401

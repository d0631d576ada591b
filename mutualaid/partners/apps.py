"""Groups that help each other: what goes from this site to another group's, and back."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "mutualaid.partners"
    verbose_name = _("Neighbouring groups")

    def ready(self) -> None:
        # They register: what is done with messages, what people are told, and what follows a change.
        from mutualaid.partners.actions import answers, pinging, receiving  # noqa: F401
        from mutualaid.partners.notifications import incoming, outgoing  # noqa: F401
        from mutualaid.partners.receivers import incoming as incoming_receivers  # noqa: F401
        from mutualaid.partners.receivers import outgoing as outgoing_receivers  # noqa: F401

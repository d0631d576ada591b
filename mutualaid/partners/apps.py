"""Groups that help each other: what goes from this site to another group's, and back."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "mutualaid.partners"
    verbose_name = _("Neighbouring groups")

    def ready(self) -> None:
        # They register: messages to neighbours, what a message of a partner does, what follows a change.
        from mutualaid.partners.actions import answers  # noqa: F401
        from mutualaid.partners.notifications import outgoing  # noqa: F401
        from mutualaid.partners.receivers import outgoing as outgoing_receivers  # noqa: F401
        from mutualaid.partners.rules import has_live_partner
        from requests_app.other_groups import ask_while

        ask_while(has_live_partner)

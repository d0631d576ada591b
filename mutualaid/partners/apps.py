"""Groups that help each other: what goes from this site to another group's, and back."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "mutualaid.partners"
    verbose_name = _("Neighbouring groups")

    def ready(self) -> None:
        # They register: what a message of a partner does, what the record holds, messages to people, and
        # what follows a change elsewhere.
        from mutualaid.partners import record  # noqa: F401
        from mutualaid.partners.actions import (  # noqa: F401
            answers,
            calling,
            keys,
            pinging,
            receiving,
            witnessing,
        )
        from mutualaid.partners.notifications import incoming, outgoing  # noqa: F401
        from mutualaid.partners.receivers import incoming as incoming_receivers  # noqa: F401
        from mutualaid.partners.receivers import outgoing as outgoing_receivers  # noqa: F401
        from mutualaid.partners.rules import has_live_partner
        from requests_app.other_groups import ask_while

        ask_while(has_live_partner)

"""Things that go round: to give, to lend, or left over until this evening."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LendingConfig(AppConfig):
    name = "mutualaid.lending"
    verbose_name = _("Things")

    def ready(self) -> None:
        # They register: messages, what one tap does, and what is heard of needs and accounts.
        from mutualaid.lending import notifications, one_tap, receivers  # noqa: F401

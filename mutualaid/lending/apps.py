"""Things that go round: to give, to lend, or left over until this evening."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LendingConfig(AppConfig):
    name = "mutualaid.lending"
    verbose_name = _("Things")

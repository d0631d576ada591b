from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "mutualaid.people"
    verbose_name = _("People")

    def ready(self) -> None:
        from mutualaid.people import record  # noqa: F401  its kinds register themselves
        from mutualaid.people.sign_in import receivers  # noqa: F401  they register themselves

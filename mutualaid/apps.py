from django.apps import AppConfig


class MutualAidConfig(AppConfig):
    name = "mutualaid"

    def ready(self) -> None:
        from mutualaid import checks, fault_reports  # noqa: F401  the checks are registered
        from mutualaid.forms.default_errors import use_own_words
        from mutualaid.group.away_page import renew_away_page
        from mutualaid.group.current import on_change

        use_own_words()
        fault_reports.begin()
        on_change.append(renew_away_page)

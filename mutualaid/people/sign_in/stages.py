"""Steps of the sign-in beside the second factor."""

from allauth.account.adapter import get_adapter
from allauth.account.stages import EmailVerificationStage
from django.http import HttpResponse


class EmailStage(EmailVerificationStage):  # type: ignore[misc]
    """Asks for a code by mail where no e-mail is confirmed; not whoever has none, and a confirmed phone."""

    def handle(self) -> tuple[HttpResponse | None, bool]:
        user = self.login.user
        if (
            user
            and not user.email
            and not self.login.email
            and get_adapter().has_confirmed_phone(user)
        ):
            return None, True
        answer: tuple[HttpResponse | None, bool] = super().handle()
        return answer

from requests_app.admin.ask import AskAdmin
from requests_app.admin.need import NeedAdmin

__all__ = ["AskAdmin", "NeedAdmin"]

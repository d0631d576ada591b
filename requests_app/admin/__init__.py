from requests_app.admin import log  # noqa: F401  it registers itself
from requests_app.admin.ask import AskAdmin
from requests_app.admin.need import NeedAdmin

__all__ = ["AskAdmin", "NeedAdmin"]

from requests_app.admin.need import NeedAdmin

__all__ = ["NeedAdmin"]

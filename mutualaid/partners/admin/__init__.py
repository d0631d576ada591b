from mutualaid.partners.admin import calls

__all__ = ["calls"]

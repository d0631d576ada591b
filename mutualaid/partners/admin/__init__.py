from mutualaid.partners.admin import need

__all__ = ["need"]

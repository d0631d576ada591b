from mutualaid.partners.admin import partner, pages  # noqa: F401, I001  they register themselves

from mutualaid.partners.admin import partner, incoming, pages  # noqa: F401, I001  they register themselves

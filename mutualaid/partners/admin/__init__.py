from mutualaid.partners.admin import partner, incoming, need, pages, calls  # noqa: F401, I001  they register themselves

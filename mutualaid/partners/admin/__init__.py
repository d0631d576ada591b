from mutualaid.partners.admin import partner, incoming, need, pages  # noqa: F401, I001  they register themselves

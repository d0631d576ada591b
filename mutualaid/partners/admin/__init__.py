from mutualaid.partners.admin import calls, incoming, need, pages, partner  # noqa: F401  they register themselves

from mutualaid.partners.admin import incoming  # noqa: F401  it registers its pages

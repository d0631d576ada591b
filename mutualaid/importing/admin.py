from mutualaid.importing import log  # noqa: F401  it registers itself
from mutualaid.importing.pages import run, uploading  # noqa: F401  their pages register themselves

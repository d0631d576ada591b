"""Two asks or needs that may be one: hints, a preview, and the pages that join and part them."""

"""Mail about accounts, and how a coordinator reaches a volunteer."""

"""Several groups on one machine, each a site of its own: own folder, keys, account, port and domain."""

"""My page: what I asked, offered and took on, what fits me, my messages, and my calendar."""

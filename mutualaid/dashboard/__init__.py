"""My page: what I asked for, offered and said yes to, what fits me, my messages, and my calendar."""

"""Take a whole site from SQLite to PostgreSQL, or leave everything as it is (ADR 99)."""

"""Setting a site up, and running several on one machine: files, processes and questions (ADR 102)."""

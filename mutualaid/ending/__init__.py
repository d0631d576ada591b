"""Winding down: two people end the group, all are told, what is open closes, all is erased (ADR 104)."""

"""What is near: a directory of services that others run, in the terms of Open Referral's HSDS 3 (ADR 57)."""

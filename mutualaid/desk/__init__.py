"""The coordinators' desk: pages of the admin that look at several rooms at once."""

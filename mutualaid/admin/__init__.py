"""What the admin pages of all rooms share. They write nothing themselves: an action of the room does."""

"""What everyone is told: that the group winds down, and that it goes on after all."""

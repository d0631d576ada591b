"""What comes in about messages that went out: reports of servers, and what people write back."""

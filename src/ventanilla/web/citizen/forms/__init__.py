"""What the portal asks for, and when an answer will do."""

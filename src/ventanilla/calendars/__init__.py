"""Business time and holidays; pure arithmetic."""

"""The door for mail servers: answers 250 only after the message is committed."""

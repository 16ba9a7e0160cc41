"""The agents' desk: queue, conversation, reply."""

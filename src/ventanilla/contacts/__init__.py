"""People as we know them, and the addresses they write from.

A sender is a claim, not a proof (lessons.md 18). Contacts are never merged silently; a merge is a pointer, so the
way back is to take the pointer away.
"""

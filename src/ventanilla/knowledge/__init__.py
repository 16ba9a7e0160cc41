"""Canned replies: texts that an agent puts into an answer with two keys."""

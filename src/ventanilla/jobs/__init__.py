"""The doors for time: what runs by the clock or after a commit; a task is one line."""

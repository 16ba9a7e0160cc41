"""Who attends a case: its team and its agent. `rules` decides, purely; `actions` writes and says why."""

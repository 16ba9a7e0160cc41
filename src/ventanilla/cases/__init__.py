"""The matter a person brings, and everything said about it.

Case stays small on purpose. Who attends it (routing), how long it may take (sla) and how it was judged hang from Case
in their own rooms; Case knows none of them.
"""

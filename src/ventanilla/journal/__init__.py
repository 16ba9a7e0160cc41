"""Append-only facts: who did what, when, to which matter. Audit, indicators and reactions read them.

A fact never holds personal data: ids, codes of closed lists and numbers only. The database refuses to change or
delete one.
"""

"""Translators between one channel's vocabulary and the common language.

Each stands outside the house: it imports only `ventanilla.messages` and `ventanilla.kit`, is found by entry point, and
nobody imports it.
"""

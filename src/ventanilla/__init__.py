"""Ventanilla: the digital channel of citizen service, open and measured."""

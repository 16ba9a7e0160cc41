"""The composition root: environment, settings, addresses, the program."""

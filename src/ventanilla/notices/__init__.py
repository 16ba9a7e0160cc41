"""What the house tells its own people: in the desk, and by a mail that gathers it. Each person sets which.

A notice carries ids and numbers; its words are made where it is shown, for whoever still sees the case.
"""

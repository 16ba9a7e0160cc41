"""Channel accounts, and every inbound delivery kept once, as it came.

A delivery is stored before anybody tries to understand it. One that cannot be read waits in quarantine ("en revisión
técnica"), where agents see it; one that can be read and may be no message to the body waits as doubtful ("dudosa")
until a person looks. Block lists and signs of the doors decide that, `rules.doubts`.
"""

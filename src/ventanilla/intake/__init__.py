"""Channel accounts, and every inbound delivery kept once, as it came.

A delivery is stored before anybody tries to understand it. One that cannot be read waits in quarantine ("en revisión
técnica"), where agents see it.
"""

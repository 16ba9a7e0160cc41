"""Service level policies, and the clocks that run in business time.

A service clock is a promise of the body; a legal clock is the law's. They run side by side (domain.md T2).
"""

"""The demo body, its mailbox page, and the fakes; loaded only in demo mode, used by tests."""

"""The portal: ask, complain, follow a case, prove who you are. For everybody, without an account."""

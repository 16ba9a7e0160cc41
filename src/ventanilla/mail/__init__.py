"""The door for mail servers: takes mail by SMTP or LMTP for the accounts we have, answers 250 only once it is stored.

`session` is one connection, `storing` the way to the database, `trust` what a relay may tell us, `listener` the whole.
"""

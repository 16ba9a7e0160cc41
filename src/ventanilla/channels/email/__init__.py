"""The e-mail channel: RFC 5322 bytes to the common language and back.

`reading` says what a mail holds, `channel` is the translator, `description` prints what was read. Parsing is tolerant
on purpose: people's mail programs break every rule, and a person must not pay for it.
"""

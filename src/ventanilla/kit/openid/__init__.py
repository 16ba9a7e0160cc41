"""Signing in at an OpenID Connect provider: the authorization-code flow and nothing else. Knows no citizens.

`flow` is what a door calls; `tokens` says which id_token is believed; `transport` asks the provider over the network,
with an end to every wait, and never inside a transaction.
"""

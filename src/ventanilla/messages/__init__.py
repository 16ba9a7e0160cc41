"""The common language between the house and its channels.

Every channel translates to these words and from them; no room above knows a channel's own vocabulary.
`contract` holds the words, `registry` finds the channels by entry point.
"""

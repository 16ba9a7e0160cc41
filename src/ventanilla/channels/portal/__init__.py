"""The web portal and the API as a channel: what a person filled in, and answers that she reads on her own page."""

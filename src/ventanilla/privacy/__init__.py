"""What people are told before they give data, and what they agreed to.

A notice is a version of the text of Ley 18.331 art. 13; a consent says which version somebody accepted, when, and for
which case. Announces: privacy.notice_published, privacy.consent_given.
"""

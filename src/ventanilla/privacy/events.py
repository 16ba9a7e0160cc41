"""Facts that privacy announces."""

NOTICE_PUBLISHED = "privacy.notice_published"
CONSENT_GIVEN = "privacy.consent_given"

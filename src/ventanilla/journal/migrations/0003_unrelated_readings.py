"""Readings by whoever had nothing to do with the case are few among all, and their list begins with the newest."""

from typing import ClassVar

from django.db import migrations

CREATE = """
CREATE INDEX journal_fact_unrelated ON journal_fact (public_body_id, happened_at, id)
WHERE kind = 'cases.read' AND details @> '{"is_related": false}'::jsonb;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("journal", "0002_bookmark")]

    operations: ClassVar = [migrations.RunSQL(CREATE, "DROP INDEX journal_fact_unrelated;")]

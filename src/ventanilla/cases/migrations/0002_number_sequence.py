"""Case numbers come from the database, so that they never collide (lessons.md 28)."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("cases", "0001_initial")]
    operations: ClassVar = [
        migrations.RunSQL("CREATE SEQUENCE cases_case_number AS bigint MINVALUE 1", "DROP SEQUENCE cases_case_number")
    ]

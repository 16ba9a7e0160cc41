"""The name goes in a migration of its own: PostgreSQL changes no table whose rows changed a moment ago."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("workforce", "0002_provider")]

    operations: ClassVar = [migrations.RemoveField(model_name="team", name="provider_name")]

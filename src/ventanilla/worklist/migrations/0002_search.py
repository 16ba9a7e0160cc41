"""How Spanish is searched: without accents, by stems."""

from typing import ClassVar

from django.db import migrations

CREATE = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH CONFIGURATION ventanilla (COPY = spanish);
ALTER TEXT SEARCH CONFIGURATION ventanilla
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, spanish_stem;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("worklist", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(CREATE, "DROP TEXT SEARCH CONFIGURATION ventanilla")]

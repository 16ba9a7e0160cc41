"""Wall 2: only actions write, and only their own room's tables.

Migrations are exempt, and so are tests: they arrange what a room must then cope with.
"""

from pathlib import Path

import pytest

from tests.architecture.house import SOURCE
from tests.architecture.writing import place_of, problems

EXEMPT = {"migrations", "tests"}


def test_only_actions_write_and_only_their_own_tables() -> None:
    found = [
        f"{path.relative_to(SOURCE).parent}/{problem}"
        for path in sorted(SOURCE.rglob("*.py"))
        if not EXEMPT & set(path.parts)
        for problem in problems(place_of(path), path.read_text())
    ]
    assert found == []


IMPORTS = "from ventanilla.cases.models import Case\nfrom ventanilla.contacts.models import Contact\n"


@pytest.mark.parametrize(
    ("file", "line", "complaint"),
    [
        ("cases/queries.py", "Case.objects.filter(pk=1).update(state='x')", "outside actions"),
        ("cases/queries.py", "Case.unscoped.create()", "outside actions"),
        ("cases/rules.py", "case.save()", "outside actions"),
        ("web/desk/views.py", "case.delete()", "outside actions"),
        ("flow/reply.py", "case.save(update_fields=['state'])", "outside actions"),
        ("cases/queries.py", "cursor.execute('UPDATE cases_case SET state = 1')", "outside actions"),
        ("cases/actions.py", "Contact.objects.create()", "a table of contacts"),
        ("cases/actions/states.py", "Contact(name='x').save()", "a table of contacts"),
        ("cases/actions.py", "cursor.execute('DELETE FROM contacts_contact')", "not a table of cases"),
        ("delivery/actions.py", "cursor.execute('UPDATE procrastinate_jobs SET status = 1')", "not a table of"),
    ],
)
def test_a_wrong_write_is_seen(file: str, line: str, complaint: str) -> None:
    found = list(problems(place_of(Path(file), Path()), IMPORTS + line))
    assert len(found) == 1
    assert complaint in found[0]


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("cases/actions.py", "Case.objects.filter(pk=1).update(state='x')"),
        ("cases/actions/states.py", "case.save()"),
        ("cases/queries.py", "Case.objects.filter(pk=1).count()"),
        ("cases/rules.py", "facts.update(more)"),
        ("kit/storage.py", "default_storage.delete(name)"),
        ("kit/queue.py", "cursor.execute('UPDATE procrastinate_jobs SET status = 1')"),
    ],
)
def test_what_is_no_wrong_write_passes(file: str, line: str) -> None:
    assert list(problems(place_of(Path(file), Path()), IMPORTS + line)) == []

"""Training in the demo: the starter courses, one passed and one not, cover that ends soon, one exception."""

from datetime import timedelta

from ventanilla.accounts.queries import by_username
from ventanilla.demo.body import TRAINED_SINCE, DemoBody
from ventanilla.journal.actors import SYSTEM, staff
from ventanilla.kit import clock
from ventanilla.workforce import actions as workforce
from ventanilla.workforce import queries
from ventanilla.workforce.models import Agent, Course
from ventanilla.workforce.training_rules import day_bounds, read_content

ENDING = (("mlopez", "portal", 6), ("centro-2", "email", 25), ("jferreira", "portal", -3))
"""Who, in which channel, in how many days; the last one has ended, and has the exception."""


def tell(made: DemoBody) -> None:
    """`agente` keeps every channel and `agente-correo` only e-mail, as the sign-in page says."""
    agents = {agent.user.username: agent for agent in made.agents}
    courses = {course.channel: course for course in workforce.load_starters(made.body)}
    _take(agents["agente"], courses["email"], wrong=1)
    _take(agents["agente-correo"], courses["chat"], wrong=4)
    today = queries.today()
    for username, channel, days in ENDING:
        workforce.certify(agents[username], channel, TRAINED_SINCE, today + timedelta(days=days))
    _begins, until_at = day_bounds(today + timedelta(days=5))
    supervisor = by_username("supervisora")
    reason = "Se le venció el certificado; hace el curso esta semana."
    workforce.grant_exemption(
        agents["jferreira"], "portal", reason, until_at, staff(supervisor.pk) if supervisor else SYSTEM
    )


def _take(agent: Agent, course: Course, *, wrong: int) -> None:
    """All lessons read, and all answered, so many of the last ones wrongly; as of the day before yesterday."""
    with clock.frozen(clock.now() - timedelta(days=2)):
        content = read_content(course.content)
        run = workforce.start_run(agent, course)
        workforce.read_lesson(run, len(content.lessons))
        total = len(content.questions)
        answers = {
            str(number): one.right if number < total - wrong else (one.right + 1) % len(one.options)
            for number, one in enumerate(content.questions)
        }
        workforce.save_answers(run, answers)
        workforce.finish_run(run)

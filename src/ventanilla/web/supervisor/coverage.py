"""Who can attend what, until when, and which cover is about to end; exceptions and certificates are given here."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ventanilla.accounts.rules import Right
from ventanilla.flow import training as line
from ventanilla.flow.errors import Refused
from ventanilla.flow.sight import standing
from ventanilla.journal.actors import Actor, staff
from ventanilla.messages.registry import names as channel_names
from ventanilla.web.look.templatetags.look import channel_word
from ventanilla.web.supervisor.views import supervisors
from ventanilla.workforce import queries as workforce
from ventanilla.workforce.training_rules import LONGEST_EXEMPTION

if TYPE_CHECKING:
    from ventanilla.workforce.models import Agent, Team

SOON: Final = timedelta(days=30)
"""What ends within it is said: the body's choice, as the warnings are."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether somebody may attend a channel; the best of what lets her."""

    cover: workforce.Cover | None
    is_soon: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A person of a team; its cells in the order of the channels."""

    agent: "Agent"
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Group:
    """A team: its people, and for each channel how many may attend it now and in thirty days."""

    team: "Team"
    rows: list[Row]
    counts: list[tuple[str, int, int]]
    contract_ends_on: date | None


@require_GET
@supervisors(Right.SEE_BOARD)
def coverage(request: HttpRequest) -> HttpResponse:
    today = workforce.today()
    teams, members = workforce.teams(), workforce.members()
    channels = sorted(channel_names(), key=channel_word)
    best: dict[tuple[int, str], workforce.Cover] = {}
    for one in workforce.covers({agent.pk for people in members.values() for agent in people}):
        had = best.get((one.agent_id, one.channel))
        if had is None or (one.until_on or date.max) > (had.until_on or date.max):
            best[one.agent_id, one.channel] = one
    groups = [_group(team, members.get(team.pk, []), channels, best, today) for team in teams]
    everybody = {row.agent.pk: row for group in groups for row in group.rows}
    totals = _counts(everybody.values(), channels, today)
    context = {
        "section": "board",
        "channels": channels,
        "groups": [group for group in groups if group.rows],
        "totals": totals,
        "losing": [(channel, now, later) for channel, now, later in totals if later < now],
        "contracts": [group for group in groups if group.contract_ends_on],
        "days": SOON.days,
        "may_assign": Right.ASSIGN in standing(request.user).rights_anywhere,
    }
    return render(request, "supervisor/coverage.html", context)


def _group(
    team: "Team",
    people: "list[Agent]",
    channels: list[str],
    best: Mapping[tuple[int, str], workforce.Cover],
    today: date,
) -> Group:
    rows = [Row(agent, [_cell(best.get((agent.pk, channel)), today) for channel in channels]) for agent in people]
    ends = team.provider.contract_until_on if team.provider else None
    return Group(team, rows, _counts(rows, channels, today), ends if ends and today <= ends <= today + SOON else None)


def _cell(cover: workforce.Cover | None, today: date) -> Cell:
    until_on = cover.until_on if cover else None
    return Cell(cover, is_soon=until_on is not None and until_on <= today + SOON)


def _counts(rows: Any, channels: list[str], today: date) -> list[tuple[str, int, int]]:
    """(channel, may attend it now, may still in thirty days)."""
    now: dict[str, int] = defaultdict(int)
    later: dict[str, int] = defaultdict(int)
    for row in rows:
        for channel, cell in zip(channels, row.cells, strict=True):
            now[channel] += cell.cover is not None
            lasts = cell.cover is not None and (cell.cover.until_on is None or cell.cover.until_on >= today + SOON)
            later[channel] += lasts
    return [(channel, now[channel], later[channel]) for channel in channels]


@require_GET
@supervisors(Right.ASSIGN)
def person(request: HttpRequest, agent_id: int) -> HttpResponse:
    """One person's certificates and exceptions, and what a supervisor may decide about them."""
    agent = workforce.agent_in_sight(agent_id)
    if agent is None:
        raise Http404
    today = workforce.today()
    certified = workforce.certified([agent.pk], today).get(agent.pk, set())
    channels = sorted(channel_names(), key=channel_word)
    context = {
        "section": "board",
        "agent": agent,
        "today": today,
        "certificates": [
            (one, one.revoked_on is None and (one.valid_until_on is None or one.valid_until_on >= today))
            for one in workforce.certificates_of(agent.pk)
        ],
        "exemptions": workforce.exemptions_of(agent.pk),
        "lacking": [(channel, channel_word(channel)) for channel in channels if channel not in certified],
        "channels": [(channel, channel_word(channel)) for channel in channels],
        "last_day": today + LONGEST_EXEMPTION,
        "most_days": LONGEST_EXEMPTION.days,
    }
    return render(request, "supervisor/training_of.html", context)


def _deciding(decide: Callable[[HttpRequest, Actor, int], str]) -> Callable[..., HttpResponseBase]:
    """Does it and says so, or says why not; then the person's page again."""

    @require_POST
    @supervisors(Right.ASSIGN)
    def view(request: HttpRequest, agent_id: int) -> HttpResponseBase:
        if workforce.agent_in_sight(agent_id) is None:
            raise Http404
        try:
            messages.success(request, decide(request, staff(standing(request.user).user_id), agent_id))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("supervisor:training_of", agent_id)

    return view


@_deciding
def grant(request: HttpRequest, actor: Actor, agent_id: int) -> str:
    said = request.POST
    line.grant_exemption(actor, agent_id, said.get("canal", ""), _day(said.get("hasta", "")), said.get("motivo", ""))
    return _("La excepción vale desde ahora.")


@_deciding
def end(request: HttpRequest, actor: Actor, agent_id: int) -> str:
    line.end_exemption(actor, agent_id, _number(request.POST.get("excepcion", "")))
    return _("La excepción terminó.")


@_deciding
def certify(request: HttpRequest, actor: Actor, agent_id: int) -> str:
    said = request.POST
    until_on = _day(said.get("hasta", ""))
    if said.get("hasta") and until_on is None:
        raise Refused(_("No entendimos la fecha."))
    line.record_certificate(actor, agent_id, said.get("canal", ""), _day(said.get("desde", "")), until_on)
    return _("El certificado quedó registrado.")


@_deciding
def revoke(request: HttpRequest, actor: Actor, agent_id: int) -> str:
    line.revoke_certificate(actor, agent_id, _number(request.POST.get("certificado", "")))
    return _("El certificado ya no vale.")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0

"""What the demo's people speak and know, where they are, and what those of the hired centre signed."""

from ventanilla.demo.body import DemoBody
from ventanilla.workforce import actions as workforce
from ventanilla.workforce.models import PauseReason, Presence

LANGUAGES = {"agente": ("es", "en"), "mlopez": ("es", "ugy"), "centro-1": ("es", "pt")}
SERVICES = {
    "agente": ("licencia-de-conducir", "multas"),
    "mlopez": ("patente-de-rodados", "contribucion-inmobiliaria"),
    "centro-2": ("limpieza", "alumbrado-publico"),
}
STATEMENT = (
    "Me comprometo a guardar secreto sobre los datos de las personas que conozca al atender, a usarlos solo para "
    "atenderlas y a no copiarlos ni contarlos fuera del trabajo.\n\n"
    "El compromiso sigue en pie cuando deje de atender para la Intendencia de Ejemplo (Ley 18.331, artículo 11)."
)


def build(made: DemoBody) -> None:
    """The hired centre signs, so that each of the demo's sign-ins opens the desk."""
    statement = workforce.write_statement(made.body, STATEMENT)
    for agent in made.agents:
        name = agent.user.username
        if name in LANGUAGES or name in SERVICES:
            workforce.change_agent(
                agent,
                languages=LANGUAGES.get(name),
                services=[made.services[slug] for slug in SERVICES.get(name, ())],
            )
        if name.startswith("centro-"):
            workforce.sign(agent, statement)
        if agent.presence == Presence.PAUSED:
            workforce.set_presence(agent, Presence.PAUSED, PauseReason.SHORT_REST)

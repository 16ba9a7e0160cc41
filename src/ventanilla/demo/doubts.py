"""What nobody asked for: advertising and deceit that the demo's mailbox gets, two of them from blocked addresses."""

from datetime import timedelta

from ventanilla.demo.body import DemoBody
from ventanilla.demo.mails import Writer, mail
from ventanilla.flow.accept import accept
from ventanilla.flow.doubting import block
from ventanilla.flow.receive import receive_one
from ventanilla.journal.actors import staff
from ventanilla.kit import clock

OFFERS = Writer("Ofertas Imperdibles", "ofertas@promos.example")
LOANS = Writer("Crédito Ya", "asesor@credito-ya.example")
BANK = Writer("Seguridad Bancaria", "seguridad@banco-verifica.example")


def arrive(made: DemoBody) -> None:
    """Two rules of the body's, and three messages that wait for a person."""
    agent = staff(made.agents[0].user_id)
    block(agent, made.body.pk, "domain", "promos.example", note="Mandan publicidad todas las semanas.")
    block(agent, made.body.pk, "words", "crédito sin recibo de sueldo", note="Cadena de préstamos que llega seguido.")
    for number, (writer, subject, text, envelope) in enumerate(
        (
            (
                OFFERS,
                "50 % en tóner para su oficina, ¡solo hoy!",
                "Renueve su stock de tóner y papel al mejor precio. Responda BAJA para no recibir más.",
                {},
            ),
            (
                LOANS,
                "Su préstamo está preaprobado",
                "Accedé a un crédito sin recibo de sueldo en el día. Escribinos por WhatsApp y te depositamos hoy.",
                {},
            ),
            (
                BANK,
                "Su cuenta fue suspendida",
                "Detectamos un acceso extraño. Confirme sus datos hoy en https://banco-verifica.example/ingreso",
                {"spam_flag": True, "authentication_results": "mx.ejemplo.gub.uy; spf=fail; dkim=none; dmarc=fail"},
            ),
        )
    ):
        at = clock.now() + timedelta(minutes=17 * number)
        with clock.frozen(at):
            content = mail(
                writer, made.account.address, subject, text, at, f"demo.duda.{number}@{writer.address.split('@')[1]}"
            )
            rcpt = {"mail_from": writer.address, "rcpt_to": [made.account.address]}
            receive_one(accept(made.account, content, rcpt | envelope).delivery_id)

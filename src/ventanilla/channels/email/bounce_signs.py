"""How mail systems of the world say that a message did not arrive: words, one a line."""

import re

from ventanilla.channels.email.patterns import alternatives

SUBJECT = re.compile(
    r"\W{0,3}(?:\[?(?:bounce|spam\??)\]?\s*:?\s*)?"
    + alternatives(r"""
    undeliver(?:ed|able)
    mail delivery (?:failed|failure|problem|status|error|subsystem|warning)
    mail failed
    delivery (?:status notification|failure|failed|has failed|notification|report|problem|error|unsuccessful|delayed)
    delivery (?:incomplete|of .{0,40} failed)
    failure notice
    (?:failure|failed) (?:delivery|mail|to deliver)
    returned (?:mail|to sender|e-?mail|message)
    mail (?:could not|system error|not delivered|undeliverable|status report|failure|returned|error|rejected)
    message (?:status|not delivered|could not|undeliverable|delayed|delivery|bounced|rejected)
    non[- ]?deliver
    not delivered
    (?:e-?mail|mail|message) delivery fail
    warning: (?:could not send|message|e-?mail|.{0,80}user unknown)
    delayed (?:mail|delivery|message)
    your (?:message|mail|e-?mail).{0,60}(?:could not|not|undeliver|cannot|bounced|rejected|blocked)
    (?:error|problem)s? (?:sending|delivering|in delivery)
    unable to deliver
    could not (?:be )?deliver
    bounced?(?: (?:mail|message|action|notification))?\b
    rejected (?:mail|posting)
    (?:permanent|transient) delivery failure
    considered unsolicited
    status of your message
    postmaster notify
    user unknown
    mailbox (?:full|unavailable)
    quota exceeded
    mdaemon (?:warning|notification)
    no (?:se )?(?:ha podido|ha sido posible|pudo|puede|es posible) (?:ser )?(?:entreg|enviar)
    no (?:se entreg[óo]|entregado)
    mensaje no (?:entregado|enviado)
    correo (?:no entregado|devuelto|rechazado)
    error (?:de|en la) entrega
    (?:fall[óo]|falla|fallo) (?:de|en|en la|la) entrega
    entrega (?:fallida|retrasada|demorada)
    devoluci[óo]n de (?:correo|mensaje)
    notificaci[óo]n (?:del|de) estado de (?:la )?entrega
    notifica[çc][ãa]o (?:do|de) (?:estado|status) d[ea] entrega
    n[ãa]o (?:foi )?entreg
    mensagem n[ãa]o
    aviso de n[ãa]o
    falha n[ao] entrega
    devolvid[ao]
    non remis
    non[- ]distribu
    [ée]chec de (?:la )?remise
    notification d'[ée]tat
    (?:nicht zustellbar|unzustellbar)
    mancata consegna
    non recapitabile
    onbestelbaar
    配信不能
    """),
    re.IGNORECASE,
)
BODY = re.compile(
    alternatives(r"""
    (?:could not|cannot|can't|couldn't|unable to|was not|wasn't|not) (?:be )?(?:deliver|sent|reach)
    undeliverable
    delivery (?:to the following|has failed|failed|attempt)
    permanent(?:ly)? (?:fatal )?(?:error|fail)
    returned (?:to sender|message|mail)
    transcript of session
    following addresses had
    user unknown
    unknown user
    no such user
    does not exist
    mailbox (?:full|unavailable|is full)
    quota
    no (?:se )?(?:ha podido|pudo|puede|ha sido) (?:ser )?(?:entreg|enviar)
    no (?:ha sido|fue) (?:entregado|posible entregar)
    destinatario (?:no existe|desconocido)
    no valid recipients
    unknown host
    (?:has been|was) (?:postponed|delayed)
    n[ãa]o (?:p[ôo]de|foi) (?:ser )?entreg
    rejected
    \b5\d\d[ -]5\.\d\.\d
    \b5[0-5]\d[ -]
    \b5\.[1-7]\.\d{1,3}\b
    """),
    re.IGNORECASE,
)
EVIDENCE = re.compile(
    alternatives(r"""
    \b[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}
    \b5\.[1-7]\.\d{1,3}\b
    \b(?:smtp|error|code|host said|said|respond\w*).{0,30}\b5[0-5]\d\b
    \b55[0-4]\b
    user unknown
    unknown user
    no such user
    unknown (?:address|recipient|host)
    mailbox (?:full|unavailable|is full)
    (?:over|exceeded).{0,20}quota
    quota exceeded
    transcript of session
    ^[ \t]*<[^<>@\s]+@[^<>\s]+>(?::|\.\.\.)
    following (?:addresses|recipient)
    (?:original|returned) message
    message-id:
    """),
    re.IGNORECASE | re.MULTILINE,
)
"""What no person writes about a parcel that did not arrive."""
PEOPLE_SAY = re.compile(
    r"\W{0,3}"
    + alternatives(r"""
    (?:no|error|falla|fallo|entrega|correo|mensaje|aviso|problem|your|returned)[ ]
    (?:fall[óo]|devol|n[ãa]o[ ]|mensagem)
    delivery (?:problem|error|report)
    """),
    re.IGNORECASE,
)
"""Subjects that systems and people share: from an ordinary sender they need evidence."""

DELAY = re.compile(
    alternatives(r"""
    delayed
    delay:
    will (?:keep|continue) (?:trying|to try|to be)
    still (?:trying|being)
    not yet been delivered
    has been postponed
    could not send message for
    warning message only
    temporar(?:y|ily)
    transient
    no need to (?:resend|send)
    do not need to resend
    retrasad
    demorad
    se seguir[áa] intentando
    seguiremos intentando
    atrasad
    """),
    re.IGNORECASE,
)
PERMANENT = re.compile(
    r"\b5\d\d\b|\b5\.\d\.\d|permanent|user unknown|unknown user|no such user|does not exist|giving up|undeliverable",
    re.IGNORECASE,
)
IS_LATE_SUBJECT = re.compile(
    r"\W{0,3}(?:warning: could not send|delayed mail|delivery delayed|delivery status notification \(delay)",
    re.IGNORECASE,
)
COPY = re.compile(
    r"^.{0,20}"
    + alternatives(r"""
    original message
    mensaje original
    mensagem original
    copy of (?:the|your) (?:message|mail|e-?mail)
    message header
    (?:returned|unsent) message
    undelivered-message
    included is a copy
    headers? follow
    mensaje devuelto
    encabezados del mensaje
    message text follows
    your message reads
    this is a copy
    """),
    re.IGNORECASE | re.MULTILINE,
)

"""What people of the demo body write, and what its agents answer. Invented; any likeness is chance."""

from dataclasses import dataclass

FIRST_NAMES = (
    "María", "Juan", "Lucía", "Martín", "Sofía", "Diego", "Valentina", "Nicolás", "Camila", "Federico", "Florencia", "Gonzalo",
    "Carolina", "Pablo", "Agustina", "Rodrigo", "Natalia", "Sebastián", "Gabriela", "Ignacio", "Silvia", "Washington", "Graciela",
    "Hugo", "Mirtha", "Nelson", "Estela", "Ruben", "Teresita", "Julio",
)  # fmt: skip
LAST_NAMES = (
    "Rodríguez", "González", "Martínez", "Fernández", "Pereira", "Silva", "López", "García", "Pérez", "Sosa", "Díaz", "Olivera",
    "Ferreira", "Núñez", "Techera", "Cabrera", "Acosta", "Viera", "Suárez", "Bentancor", "Etchegaray", "Píriz", "Da Rosa", "Machado",
)  # fmt: skip
DOMAINS = ("adinet.example", "correo.example", "vera.example", "mail.example")


@dataclass(frozen=True, slots=True)
class Saying:
    """One matter: its service (a slug of the demo's catalogue, or ""), its type, the mail, and the answer."""

    service: str
    type: str
    subject: str
    text: str
    answer: str


SAYINGS = (
    Saying(
        "licencia-de-conducir",
        "information",
        "Renovación de la libreta de conducir",
        "Buenas tardes. Se me vence la libreta el mes que viene y quería saber qué documentos tengo que llevar y si hay que pedir "
        "hora antes. Vivo en Paso Molino.",
        "Para renovar la licencia necesitás la cédula vigente, la licencia anterior y el certificado médico del Centro Médico de la "
        "Dirección de Tránsito, que se hace en el momento. Hay que reservar día y hora por la agenda o en el Centro de Atención.",
    ),
    Saying(
        "licencia-de-conducir",
        "information",
        "Licencia para moto, primera vez",
        "Hola, quiero sacar la licencia para una moto de 125. ¿Cuánto sale y dónde doy la prueba práctica?",
        "Para una moto de hasta 200 cc corresponde la categoría G2. El costo y la lista de documentos están en la página del "
        "trámite; la prueba práctica se da en la pista de la Dirección de Tránsito, de lunes a viernes de 9 a 12.30.",
    ),
    Saying(
        "licencia-de-conducir",
        "complaint",
        "Tres horas de espera en Tránsito",
        "El martes pasado tenía hora a las 10 para renovar la licencia y me atendieron a la una y cuarto. Nadie explicó por qué. "
        "Perdí la mañana de trabajo y eso que había sacado hora.",
        "Lamentamos la demora. Ese día hubo un corte del sistema de la Dirección de Tránsito entre las 9.40 y las 12. Pasamos tu "
        "queja a la Dirección para que avise en la sala cuando algo así ocurra.",
    ),
    Saying(
        "patente-de-rodados",
        "information",
        "Duplicado de la boleta de patente",
        "No me llegó la boleta de la segunda cuota de la patente. ¿Cómo la pago? La matrícula termina en 4521.",
        "Podés pagar sin boleta en cualquier red de cobranza con el número de matrícula y padrón, o en línea. El vencimiento de la "
        "segunda cuota está en el calendario de pagos.",
    ),
    Saying(
        "patente-de-rodados",
        "claim",
        "Me cobran patente de un auto vendido",
        "Vendí el auto en marzo, hicimos el título y sin embargo me siguen llegando las patentes a mi nombre. Adjunto copia del "
        "título. Pido que lo corrijan y que anulen la multa.",
        "Recibimos la copia del título. La transferencia no estaba registrada en el municipio. La Dirección de Tránsito la registró "
        "hoy y anuló el recargo; en 48 horas vas a ver la deuda corregida.",
    ),
    Saying(
        "contribucion-inmobiliaria",
        "information",
        "Exoneración para jubilados",
        "Mi madre es jubilada y cobra la mínima. ¿Hay alguna exoneración de la contribución? ¿Cómo se pide?",
        "Sí: quienes cobran hasta 2,5 BPC de pasividad y tienen una sola vivienda pueden pedir la exoneración. Hace falta el último "
        "recibo de la pasividad, la cédula y el recibo de la contribución. Se pide aquí mismo, o en el Centro de Atención.",
    ),
    Saying(
        "contribucion-inmobiliaria",
        "claim",
        "Pagué dos veces la cuota 2",
        "Por un error pagué dos veces la cuota 2 de la contribución, una en línea y otra en el banco. ¿Me la pueden acreditar para "
        "la próxima?",
        "Verificamos los dos pagos. El segundo quedó como crédito a favor y se descuenta solo de la cuota 3. No tenés que hacer nada.",
    ),
    Saying(
        "alumbrado-publico",
        "claim",
        "Foco quemado hace un mes",
        "En la esquina de Rivera y Larrañaga hace más de un mes que no hay luz. Ya avisamos dos veces por teléfono y no vino nadie. "
        "De noche es una boca de lobo y hay una escuela enfrente.",
        "Registramos el reclamo con prioridad por la escuela. La cuadrilla de Alumbrado tiene previsto el cambio esta semana; "
        "si el viernes sigue sin luz, respondé este correo.",
    ),
    Saying(
        "alumbrado-publico",
        "claim",
        "Luz prendida de día",
        "Las luces de la plaza quedan prendidas todo el día. Es un gasto que pagamos todos.",
        "Gracias por avisar. La fotocélula de la plaza estaba rota; la cambiaron ayer.",
    ),
    Saying(
        "arbolado",
        "claim",
        "Rama a punto de caer",
        "Después de la tormenta quedó una rama grande colgando frente a mi casa, Ituzaingó 1843. Pasan niños todo el tiempo. Mando foto.",
        "Pasamos el aviso a Arbolado como urgente. La cuadrilla retiró la rama hoy a las 15. Gracias por la foto, ayudó mucho.",
    ),
    Saying(
        "arbolado",
        "information",
        "¿Puedo podar el árbol de la vereda?",
        "Tengo un fresno en la vereda que ya toca los cables. ¿Lo puedo podar yo o tengo que pedir permiso?",
        "El arbolado de las veredas es público y no se puede podar sin autorización. Pedí la poda por aquí: nos alcanza con la "
        "dirección. Si hay riesgo por los cables, coordinamos con UTE.",
    ),
    Saying(
        "limpieza",
        "claim",
        "Contenedor desbordado",
        "El contenedor de Maldonado casi Yaro está desbordado desde el lunes. Hay olor y ratas.",
        "El camión pasó ayer de noche por esa zona y vació el contenedor. Reforzamos la frecuencia de esta semana.",
    ),
    Saying(
        "limpieza",
        "suggestion",
        "Contenedores de reciclaje en la feria",
        "Estaría bueno poner contenedores de reciclaje donde termina la feria de los domingos. Se tira mucho cartón.",
        "Gracias por la propuesta. La pasamos a Desarrollo Ambiental, que este semestre revisa la ubicación de los contenedores.",
    ),
    Saying(
        "permiso-de-construccion",
        "information",
        "Barbacoa en el fondo",
        "Quiero hacer una barbacoa techada de 20 metros en el fondo. ¿Necesito permiso? ¿Tengo que tener arquitecto?",
        "Sí, toda superficie techada necesita permiso, y lo firma una persona con título de Arquitectura o Ingeniería. Hasta 30 m² "
        "corre el trámite simplificado, que resolvemos en 20 días hábiles.",
    ),
    Saying(
        "permiso-de-construccion",
        "complaint",
        "Expediente parado",
        "Presenté el permiso en agosto y el expediente está en la misma oficina hace dos meses. En el mostrador me dicen que vuelva "
        "la semana que viene, y así van seis semanas.",
        "Tenés razón en reclamar. El expediente esperaba un informe de Saneamiento que se incorporó hoy. El plazo estimado para "
        "resolverlo es de diez días hábiles; te escribimos cuando salga.",
    ),
    Saying(
        "habilitacion-comercial",
        "information",
        "Abrir una panadería",
        "Vamos a abrir una panadería en un local que antes era almacén. ¿Sirve la habilitación que ya tenía el local?",
        "Al cambiar el rubro hace falta una habilitación nueva, y por ser alimentos también la del servicio de Bromatología. "
        "Te mandamos la lista de requisitos de las dos.",
    ),
    Saying(
        "ferias",
        "information",
        "Puesto en la feria de los sábados",
        "Hola! Hago dulces caseros y quería saber cómo se consigue un puesto en la feria de los sábados.",
        "Los puestos vacantes se asignan por sorteo dos veces al año. El próximo llamado abre el mes que viene; anotate por aquí y te "
        "avisamos.",
    ),
    Saying(
        "transporte",
        "complaint",
        "El ómnibus no para",
        "La línea 183 de las 7.20 no paró tres días seguidos en la parada de 8 de Octubre y Propios, y venía vacía.",
        "Pasamos la queja a la empresa y a la Dirección de Transporte, que revisa el GPS de esos servicios. Si tenés el número de "
        "coche, nos ayuda.",
    ),
    Saying(
        "transporte",
        "thanks",
        "Gracias al chofer de la 76",
        "Quería felicitar al chofer de la línea 76 del domingo a la tarde: esperó a una señora mayor y la ayudó a bajar. Así da gusto.",
        "¡Muchas gracias por contarlo! Le hicimos llegar tus palabras a la empresa para que las reciba el conductor.",
    ),
    Saying(
        "cementerios",
        "information",
        "Renovar un nicho",
        "Necesito saber cuándo vence el nicho de mi padre en el Cementerio del Norte y cuánto cuesta renovarlo.",
        "Para decirte el vencimiento necesitamos el nombre completo y la fecha de fallecimiento. La renovación se puede pagar en "
        "línea o en la oficina del cementerio.",
    ),
    Saying(
        "",
        "thanks",
        "Muy buena atención",
        "Solo quería agradecer. Vine al Centro de Atención sin saber qué necesitaba y la muchacha del mostrador 4 me resolvió todo.",
        "¡Gracias por tomarte el tiempo de escribir! Se lo pasamos a la compañera del mostrador 4.",
    ),
    Saying(
        "",
        "suggestion",
        "Horario de tarde un día a la semana",
        "Los que trabajamos de 9 a 17 no podemos ir nunca. ¿No podrían abrir un día hasta las 20?",
        "Gracias por la sugerencia. La llevamos a la Gerencia de Atención. Mientras tanto, casi todo lo podés hacer por aquí a "
        "cualquier hora.",
    ),
    Saying(
        "",
        "information",
        "Consulta por pasaporte",
        "Buenas, quería sacar el pasaporte, ¿ustedes lo hacen?",
        "El pasaporte lo expide la Dirección Nacional de Identificación Civil, no la Intendencia. Podés agendarte en su página o en sus "
        "oficinas de Rincón 665.",
    ),
    Saying(
        "multas",
        "claim",
        "Multa que no es mía",
        "Me llegó una multa por exceso de velocidad en Punta del Este el 3, y ese día el auto estaba en el taller en Montevideo. "
        "Adjunto la factura del taller.",
        "Recibimos la factura. La foto de la multa muestra una matrícula con una letra distinta: fue un error de lectura y se anuló.",
    ),
)
"""Each is written by a person once or more; the numbers and places in them are made up."""

PORTAL_SAYINGS = (
    Saying(
        "alumbrado-publico",
        "claim",
        "Dos focos apagados en la plaza",
        "En la plaza de Larrañaga y Monte Caseros hay dos focos apagados, los de la hamaca. De noche no se ve nada.",
        "Gracias por avisar. La cuadrilla cambia las dos luminarias esta semana; el número de orden es el 8812.",
    ),
    Saying(
        "limpieza",
        "claim",
        "Basural en la esquina",
        "Se formó un basural en la esquina de la escuela. Subo una foto de hoy.",
        "Recibimos la foto. El equipo de Limpieza pasa mañana temprano y coloca un cartel de prohibido arrojar residuos.",
    ),
    Saying(
        "multas",
        "complaint",
        "No me dejaron hacer el descargo",
        "Fui a presentar el descargo de una multa y en la ventanilla 3 me dijeron que no tomaban más números, y eran las 15.",
        "Lamentamos lo que pasó: los descargos se toman hasta las 17. Lo hablamos con la oficina y podés presentarlo por aquí.",
    ),
    Saying(
        "licencia-de-conducir",
        "information",
        "Renovar estando en el exterior",
        "Estoy viviendo en España y la libreta se me vence en dos meses. ¿Puedo renovarla desde acá o alguien por mí?",
        "La renovación es personal por el examen médico. Si volvés dentro de los dos años del vencimiento no hay que dar la prueba.",
    ),
    Saying(
        "contribucion-inmobiliaria",
        "information",
        "Cambiar el titular de la contribución",
        "Compré un apartamento y las facturas siguen viniendo a nombre del dueño anterior. ¿Qué tengo que presentar?",
        "Alcanza con la primera copia de la escritura inscripta y tu cédula. Podés mandar la foto por acá y lo cambiamos.",
    ),
    Saying(
        "transporte",
        "suggestion",
        "Rampa en la parada del hospital",
        "La parada frente al hospital no tiene rampa y con la silla de ruedas hay que bajar a la calle. Sería bueno corregirlo.",
        "Gracias por la propuesta. La parada entró en el plan de accesibilidad de este año; te avisamos cuando empiece la obra.",
    ),
    Saying(
        "ferias",
        "suggestion",
        "Que la feria avise cuando se corre",
        "Cuando llueve, la feria se pasa al otro día y nadie se entera. ¿No podrían avisarlo en la página?",
        "Buena idea. Desde esta semana lo publicamos en la portada del sitio la noche anterior.",
    ),
    Saying(
        "arbolado",
        "claim",
        "Raíces que levantan la vereda",
        "Las raíces del plátano levantaron las baldosas de la puerta y mi madre se tropezó. Adjunto una foto.",
        "Hicimos la inspección: se cortan las raíces superficiales y se repone la vereda en un plazo de 20 días hábiles.",
    ),
    Saying(
        "",
        "thanks",
        "Gracias por la página nueva",
        "Pude hacer todo desde el celular en cinco minutos y me contestaron en el día. Así da gusto.",
        "¡Muchas gracias! Se lo contamos a todo el equipo.",
    ),
    Saying(
        "habilitacion-comercial",
        "complaint",
        "Ruido del local de abajo",
        "El bar de la planta baja tiene música hasta las 4 todos los viernes. Ya lo denuncié por teléfono dos veces.",
        "Inspección General lo visitó el viernes a la 1 y midió el ruido: se labró un acta. Te avisamos cómo sigue.",
    ),
)
"""The same for the web's form, where people write less and add a photograph."""

FOLLOW_UPS = (
    "Muchas gracias por la respuesta. ¿Y se puede pagar con débito?",
    "Gracias. Una consulta más: ¿puede ir otra persona en mi nombre?",
    "Buenísimo, muchas gracias.",
    "Perdón, me olvidé de decir que ya lo había pedido el año pasado.",
    "¿Me confirman si recibieron el archivo?",
)

CLARIFICATIONS = (
    "Para ayudarte necesitamos saber la dirección exacta. ¿Nos la pasás?",
    "¿Nos decís el número de padrón? Está arriba a la derecha en el recibo.",
    "¿En qué fecha fue? Con eso lo buscamos.",
)

NOTES = (
    "Hablé con la unidad: contestan mañana a primera hora.",
    "Segunda vez que escribe por lo mismo, revisar el historial antes de responder.",
    "Pedí el informe a la cuadrilla. Esperar foto.",
)

CANNED = (
    ("saludo", "Saludo y pedido de datos", "Hola, {{nombre}}:\n\nGracias por escribir. Para poder ayudarte necesitamos que nos digas "),
    ("licencia", "Requisitos de la licencia de conducir",
     "Hola, {{nombre}}:\n\nPara renovar la licencia necesitás la cédula vigente, la licencia anterior y el certificado médico. "
     "Podés reservar hora en línea o en el Centro de Atención."),
    ("noesnuestro", "No corresponde a la Intendencia",
     "Hola, {{nombre}}:\n\nEso no depende de la Intendencia. El organismo que lo atiende es "),
    ("cuadrilla", "Avisamos a la cuadrilla",
     "Hola, {{nombre}}:\n\nRegistramos tu reclamo con el código {{codigo}} y avisamos a la cuadrilla. Te escribimos cuando esté resuelto."),
    ("gracias", "Agradecimiento", "Hola, {{nombre}}:\n\n¡Muchas gracias por tus palabras! Se las hicimos llegar al equipo."),
    ("presencial", "También en persona",
     "También podés hacerlo en persona en el Centro de Atención, Av. 18 de Julio 1360, de lunes a viernes de 9 a 12.30 y de 13.30 a 17."),
)  # fmt: skip

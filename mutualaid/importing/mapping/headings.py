"""The headings by which the columns of each kind of sheet are known, in several languages.

They are compared normalized (`words.normalize`). What stands in `PHRASES` tells a question of a form,
"What is your phone number?", and only where no heading is exactly known.
"""

from collections.abc import Collection, Mapping, Sequence

from django.conf import settings
from django.conf.locale import LANG_INFO

from mutualaid.importing.names import normalize

Known = Mapping[str, Sequence[str]]


def _known(lines: Mapping[str, str]) -> dict[str, list[str]]:
    return {field: [normalize(name) for name in names.split(",")] for field, names in lines.items()}


NEEDS = _known(
    {
        "reference": "reference, ref, id, serial, number, no, nr, case, ticket, case id, request id,"
        " response id, record id, numero, número, referencia, référence, fall, kennung, رقم, nimewo",
        "created": "submitted at, created at, asked at, received, date, timestamp, time, created time,"
        " created, date submitted, submission date, start time, completion time, submitted on,"
        " marca temporal, fecha, fecha de solicitud, hora de inicio, horodateur, date de la demande,"
        " heure de début, zeitstempel, datum, erstellt, carimbo de data hora, data, dat,"
        " طابع زمني, التاريخ",
        "needed": "what is needed, needed, need, request, title, subject, what do you need, necesidad,"
        " solicitud, pedido, besoin, demande, bedarf, anliegen, necessidade, bezwen, الاحتياج",
        "details": "details, description, message, notes, comment, comments, additional information,"
        " anything else, detalles, descripción, mensaje, notas, comentarios, détails, remarques,"
        " commentaires, beschreibung, nachricht, bemerkungen, detalhes, observações, التفاصيل, ملاحظات",
        "category": "categories, category, kind, type, kind of help, type of help, help needed,"
        " type of request, request type, type of need, kinds, categoría, categorías, tipo,"
        " tipo de ayuda, catégorie, catégories, type d'aide, kategorie, kategorien, art,"
        " art der hilfe, tipo de ajuda, kategori, الفئة, نوع المساعدة",
        "place": "place, location, area, neighbourhood, neighborhood, locality, zip, zip code, postcode,"
        " postal code, district, city, town, barrio, zona, lugar, ubicación, colonia, ciudad, quartier,"
        " lieu, ville, code postal, stadtteil, ort, plz, bairro, local, cidade, katye, kote, الحي,"
        " المنطقة",
        "lat": "latitude, lat, latitud, breitengrad",
        "lng": "longitude, lng, lon, long, longitud, längengrad",
        "name": "name, first name, full name, your name, contact name, given name, nombre,"
        " nombre completo, nom, prénom, nom complet, vorname, nome, non, الاسم",
        "surname": "last name, surname, family name, apellido, apellidos, nom de famille, nachname,"
        " sobrenome, siyati",
        "phone": "phone, phone number, telephone, mobile, cell, cell phone, mobile phone,"
        " mobile number, whatsapp, contact number, tel, teléfono, celular, móvil, téléphone, portable,"
        " numéro de téléphone, telefon, telefonnummer, handy, telefone, telemóvel, telefòn, الهاتف,"
        " رقم الهاتف",
        "email": "e mail, email, email address, mail, e mail address, correo, correo electrónico,"
        " dirección de correo electrónico, courriel, adresse e mail, e mail adresse, imèl,"
        " البريد الإلكتروني",
        "address": "address, street, street address, home address, delivery address, dirección,"
        " domicilio, adresse, rue, anschrift, straße, endereço, adrès, العنوان",
        "language": "language, languages, preferred language, idioma, idiomas, langue, langues, sprache,"
        " sprachen, língua, lang, اللغة",
        "times": "good times, times of the week, horarios, الأوقات المناسبة",
        "people": "people, household size, how many people, household, number of people, family size,"
        " people in household, número de personas, personas, tamaño del hogar, nombre de personnes,"
        " personnes, foyer, anzahl personen, personen, haushalt, pessoas, kantite moun, عدد الأشخاص",
        "urgency": "urgency, how soon, priority, how urgent, urgent, when needed, urgencia, prioridad,"
        " urgence, priorité, dringlichkeit, priorität, urgência, ijans, الأولوية, الاستعجال",
        "status": "status, state, stage, progress, request status, estado, estatus, statut, état, situação,"
        " الحالة",
        "needed_by": "needed by, by when, deadline, due date, date needed, needed before, fecha límite,"
        " para cuándo, date limite, bis wann, frist, prazo, آخر موعد",
    }
)
VOLUNTEERS = {
    field: NEEDS[field]
    for field in ("created", "name", "surname", "email", "phone", "place", "lat", "lng", "language")
} | _known(
    {
        "category": "categories, category, kind of help, can help with, offers, offer, skills,"
        " how can you help, what can you offer, i can help with, help offered, type of help, categorías,"
        " puede ayudar con, ofrece, ofrezco, tipo de ayuda, catégories, peut aider, propose,"
        " kann helfen bei, bietet an, kategorien, pode ajudar com, أستطيع المساعدة",
        "vehicle": "vehicle, car, has a vehicle, has a car, do you have a car, can drive, driver, vehículo,"
        " coche, carro, tiene auto, voiture, véhicule, auto, fahrzeug, carro próprio, سيارة",
    }
)
AREAS = _known(
    {
        "name": "name, area, locality, neighbourhood, neighborhood, nombre, barrio, nom, quartier, ort,"
        " stadtteil, الاسم, الحي",
        "slug": "slug, code, código, kennung",
        "parent": "parent, part of, parte de, partie de, teil von",
        "lat": ", ".join(NEEDS["lat"]),
        "lng": ", ".join(NEEDS["lng"]),
    }
) | {
    f"name_{code}": [
        normalize(f"name {word}") for word in (code, LANG_INFO[code]["name"], own_name)
    ]
    for code, own_name in settings.LANGUAGES
}
RESOURCES = {field: NEEDS[field] for field in ("place", "lat", "lng", "phone", "email")} | _known(
    {
        "reference": "id, service id, resource id, reference, referencia, référence, kennung, رقم",
        "name": "name, service name, service, program, program name, resource, resource name,"
        " nombre, nombre del servicio, servicio, programa, nom, nom du service, nome, serviço, non,"
        " الاسم, اسم الخدمة",
        "organization": "organization, organization name, organisation, agency, agency name, provider,"
        " run by, organización, nombre de la organización, agencia, organisme, träger, organização,"
        " المنظمة, الجهة",
        "group": "kind of group, organization type, group type, tipo de grupo, tipo de organización,"
        " نوع المجموعة",
        "details": "description, service description, details, what they do, summary, descripción,"
        " détails, beschreibung, descrição, الوصف, التفاصيل",
        "category": "taxonomy terms, taxonomy term, taxonomy, taxonomies, categories, category,"
        " kinds of help, kind of help, service type, type of service, services offered, categoría,"
        " categorías, tipo de ayuda, tipo de servicio, catégorie, catégories, kategorie, kategorien,"
        " categorias, الفئة, نوع المساعدة, نوع الخدمة",
        "areas": "service areas, service area, area served, areas served, serves, coverage,"
        " coverage area, for whoever lives in, área de servicio, zona de servicio, zone desservie,"
        " einzugsgebiet, منطقة الخدمة",
        "place": "city, locality, location name, " + ", ".join(NEEDS["place"]),
        "address": "address 1, physical address, physical addresses, "
        + ", ".join(NEEDS["address"]),
        "hours": "schedules, schedule, regular schedule, hours, opening hours, hours of operation,"
        " open hours, when, opens, horario, horarios, heures, heures d'ouverture, öffnungszeiten,"
        " horário, الأوقات, ساعات العمل",
        "eligibility": "eligibility, eligibility description, for whom, who can come, who can use it,"
        " requirements, elegibilidad, requisitos, para quién, pour qui, conditions, für wen,"
        " الأهلية, لمن",
        "to_bring": "required documents, required document, document, documents required, what to bring,"
        " bring, documentos requeridos, qué llevar, documents requis, à apporter, mitbringen,"
        " المستندات المطلوبة, ما يجب إحضاره",
        "language": "languages, " + ", ".join(NEEDS["language"]),
        "cost": "fees description, fees, fee, cost, costs, cost options, price, costo, coste, precio,"
        " coût, tarif, prix, kosten, preço, التكلفة, السعر",
        "website": "url, website, web, web site, web page, link, organization website, sitio web,"
        " página web, enlace, site web, site internet, webseite, الموقع",
        "status": "status, service status, estado, statut, الحالة",
        "checked_on": "assured date, last assured, last verified, verified on, checked on, date checked,"
        " verificado el, última verificación, vérifié le, geprüft am, تاريخ التحقق",
    }
)
PHRASES = _known(
    {
        "phone": "phone, phone number, telephone, whatsapp, teléfono, celular, téléphone, telefon",
        "email": "email, e mail, correo electrónico, courriel",
        "name": "your name, full name, su nombre, votre nom, dein name, ihr name",
        "address": "address, dirección, adresse, anschrift",
        "people": "household, how many people, cuántas personas, combien de personnes",
        "urgency": "urgent, how soon, urgency, urgente, urgencia",
        "category": "do you need, help with, kind of help, type of help, kinds of help,"
        " qué necesita, tipo de ayuda, besoin de, type d'aide",
        "language": "language, idioma, langue, sprache",
        "place": "neighborhood, neighbourhood, zip code, which area, barrio, quartier",
        "status": "status",
    }
)


def propose_columns(headings: Sequence[str], known: Known) -> dict[str, str]:
    """Return for each field the heading that it most likely has: known exactly, or by a phrase in it.

    No heading is proposed for two fields.
    """
    by_name = {normalize(heading): heading for heading in reversed(headings) if heading}
    proposed: dict[str, str] = {}
    for field, names in known.items():
        found = next((name for name in names if name in by_name), None)
        if found and by_name[found] not in proposed.values():
            proposed[field] = by_name[found]
    for name, heading in reversed(by_name.items()):
        told = _by_phrase(name, known, proposed) if heading not in proposed.values() else None
        if told:
            proposed[told] = heading
    return proposed


def _by_phrase(name: str, known: Known, proposed: Collection[str]) -> str | None:
    """The field with the longest phrase in a heading, of those that have none yet."""
    found = [
        (len(phrase), field)
        for field, phrases in PHRASES.items()
        if field in known and field not in proposed
        for phrase in phrases
        if f" {phrase} " in f" {name} "
    ]
    return max(found)[1] if found else None


def all_names(known: Known) -> set[str]:
    """All headings that are known, as a row of headings is found by."""
    return {name for names in known.values() for name in names}

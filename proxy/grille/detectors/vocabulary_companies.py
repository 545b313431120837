"""The word lists that tell a company from a person: labels, trades, given names.

A third part of `vocabulary`. Lower case, in the languages whose labels are known here. A word is listed once, for one
purpose, and the purpose is written under it. This module must not hold logic.
"""

from __future__ import annotations

from typing import Final


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _phrases(written: str) -> tuple[str, ...]:
    return tuple(" ".join(phrase.split()) for phrase in written.split("|"))


COMPANY_LABELS: Final = (
    *("company", "company name", "organisation", "organisation name", "organization", "organization name"),
    *("vendor", "vendor name", "supplier", "supplier name", "merchant", "merchant name", "manufacturer", "retailer"),
    *("wholesaler", "distributor", "reseller", "subcontractor", "competitor", "employer", "employer name", "carrier"),
    *("business name", "trading name", "trading as", "trades as", "doing business as", "dba"),
    *("legal entity", "legal entity name", "entity name", "corporate name", "registered name", "firm", "firm name"),
    *("bank", "bank name", "lender", "insurer", "underwriter", "custodian", "issuer", "acquirer"),
    *("financial institution", "institution name", "audit client"),
    *("firma", "firmenname", "firmenbezeichnung", "unternehmen", "unternehmensname", "lieferant", "lieferantenname"),
    *("arbeitgeber", "händler", "hersteller", "kreditinstitut", "geldinstitut", "bankname", "name der bank"),
    *("versicherer", "spediteur"),
    *("société", "raison sociale", "dénomination sociale", "entreprise", "nom de l'entreprise", "nom commercial"),
    *("fournisseur", "nom du fournisseur", "employeur", "commerçant", "banque", "nom de la banque", "assureur"),
    *("empresa", "nombre de la empresa", "razón social", "razon social", "proveedor", "nombre del proveedor"),
    *("empleador", "nombre comercial", "banco", "nombre del banco", "entidad bancaria", "aseguradora", "comercio"),
    *("azienda", "nome azienda", "ragione sociale", "denominazione sociale", "fornitore", "nome fornitore"),
    *("datore di lavoro", "banca", "nome della banca", "istituto bancario", "assicuratore", "esercente"),
    *("bedrijf", "bedrijfsnaam", "leverancier", "naam leverancier", "werkgever", "handelsnaam", "verzekeraar"),
    *("nome da empresa", "fornecedor", "nome do fornecedor", "empregador", "razão social", "nome fantasia"),
    *("denominação social", "nome do banco", "seguradora"),
    *("nazwa firmy", "dostawca", "pracodawca", "nazwa banku"),
)
"""Labels whose value is an organisation, unless it plainly is a person: a sole trader."""

PARTY_LABELS: Final = (
    *("customer", "client", "debtor", "creditor", "counterparty", "tenant", "landlord", "account name", "bill to"),
    *("billed to", "sold to", "ship to", "remit to", "pay to", "payer", "purchaser", "buyer", "seller", "contractor"),
    *("borrower", "guarantor", "policyholder", "policy holder", "broker", "shareholder", "auditor", "adviser"),
    *("franchisee", "licensee", "lessee", "lessor", "kunde", "auftraggeber", "auftragnehmer", "schuldner"),
    *(
        "mieter",
        "vermieter",
        "cliente",
        "klant",
        "debiteur",
        "crediteur",
        "locataire",
        "bailleur",
        "deudor",
        "acreedor",
    ),
    *("gläubiger", "debitore", "creditore", "kontrahent", "klient"),
)
"""Labels of people and companies alike: the words of the value say which it is."""

COMPANY_ENDINGS: Final = _listed(
    """
    accountants adhesives airlines airways aggregates appliances architects associates attorneys bakeries bakery
    bearings beverages bookkeeping breweries brewery brokers builders carpets catering ceramics charters chemicals
    chemists clothing coatings consultancy consultants consulting contractors couriers cycles dairies dairy decorators
    dentists distillery distributors electrical electricals engineering engineers enterprises estates exports
    exporters fabrics farms fashions fisheries fixings flooring florists foods footwear foundry freight furnishings
    garages glassworks glazing grocers haulage hauliers holdings hotels imports importers industries insurance
    interiors investments ironworks jewellers jewelers joinery kitchens laundry lettings logistics lumber
    manufacturing minerals mortgages motors movers nurseries nursery opticians outfitters paints partners
    pharmaceuticals pharmacies pharmacy plastering plastics plumbers plumbing potteries pottery poultry printers
    publishers publishing quarries railways realtors realty recruitment refrigeration removals renewables rentals
    restaurants roasters roofers roofing scaffolding seafoods shipping solicitors stationers steelworks supermarkets
    supplies surveyors taverns taxis textiles tiles timber timbers traders trading trustees tyres tires underwriters
    upholstery veterinary vets vineyards wholesalers wineries winery wines accountancy advisers advisors advisory
    aerospace apparel auctioneers autos aviation bistro boutique brokerage cabs cafe carpentry cleaners cleaning
    clinic coffee college concrete confectionery constructions contracting cosmetics deli dental diner electric
    electronics energy fencing fitness forwarding furnishers gallery garments grocery gym hardware healthcare hospital
    hospitality hotel housing insurers jewellery jewelry laboratories landscapes landscapers landscaping lending
    letting lighting lounge lubricants framers irrigation pumps signs machinery manufacturers mechanical merchants
    metals metalworks mining nursing nutrition optical organics petroleum pharma pizzeria polymers properties
    recycling refineries restaurant salon securities shipbuilders smokehouse stables supermarket surgery tavern
    telecom telecoms theatre tobacco tractors trust university ventures wealth wholesale workshops yachts bros
    brothers
    """
)
"""What companies do, and end with: `Brightwater Supplies`. None is a surname, and none what programs and departments
are called."""

COMPANY_TAILS: Final = _listed("centre centres company group international services solutions")
"""What may follow a trade: `Okonkwo Freight Services`."""

COMPANY_BEGINNINGS: Final = _listed(
    """
    apotheke autohaus bäckerei bauunternehmen brauerei druckhaus druckerei elektrotechnik fleischerei gärtnerei
    gaststätte handelshaus hausverwaltung immobilien ingenieurbüro kanzlei kaffeerösterei konditorei maschinenbau
    metallbau metzgerei möbelhaus reisebüro sanitär schreinerei sparkasse spedition steuerberatung tischlerei tiefbau
    verlag versicherungen volksbank weingut werkstatt zimmerei stadtwerke assurances ateliers banque boucherie
    boulangerie brasserie charpente conseil éditions fromagerie imprimerie librairie maçonnerie menuiserie mutuelle
    pâtisserie pharmacie plomberie traiteur transports groupe asesores banco bodegas carpintería confecciones
    construcciones ferretería gestoría hermanos imprenta inmobiliaria instalaciones librería muebles panadería seguros
    suministros talleres transportes grupo abbigliamento arredamenti assicurazioni banca calzature cantina cantine
    carrozzeria costruzioni edilizia falegnameria farmacia ferramenta fratelli impianti immobiliare meccanica officina
    officine panificio pasticceria ristorante salumificio trasporti trattoria vini gruppo aannemersbedrijf
    administratiekantoor bakkerij bouwbedrijf bloemisterij drukkerij garagebedrijf gebroeders handelsonderneming
    installatiebedrijf kwekerij schildersbedrijf slagerij timmerbedrijf transportbedrijf uitgeverij stichting
    construções consultoria confeitaria distribuidora farmácia indústria irmãos livraria mercearia metalúrgica padaria
    papelaria restauração tipografia fundacja przedsiębiorstwo
    """
)
"""What companies do, and begin with, in languages that put it so: `Bäckerei Hofmann`, `Banco Santander`."""

_OTHER_WORDS: Final = _listed(
    """
    advertising analytics assurance centres centers coaches collective depot distribution drinks enterprise events
    finance financials fuels galleries gaming group groups homecare hosting inn instruments interior journeys kitchen
    labs media packaging photography pictures print produce productions radio repair repairs robotics school schools
    seeds services shoes society software solutions storage store stores studio studios technologies
    telecommunications theatres tools toys trader transport travel travels utilities vehicles workshop works sons co
    bank capital company corporation foundation fund institute partnership shop associés asociados associati fils
    figli hijos filhos söhne zonen cie verzekeringen cabinet oficina electricidad couverture peinture informatique
    versicherung
    """
)
COMPANY_WORDS: Final = COMPANY_ENDINGS | COMPANY_BEGINNINGS | _OTHER_WORDS
"""Words of companies, where a label, a column, a record or a model says that somebody stands there."""

PARTS_OF_COMPANIES: Final = _listed(
    """
    cabinet oficina versicherung electricidad couverture peinture informatique agency authority branch business
    committee council department desk digital global helpdesk international media ministry national office plus
    service shop staff store super support system systems team
    """
)
"""Words that organisations, their parts and their doings have in common: nobody's name, and not yet a company's."""

COMPANY_COMPOUNDS: Final = (
    *("apotheke", "bäckerei", "bank", "bau", "bedrijf", "betrieb", "brauerei", "druckerei", "gesellschaft", "handel"),
    *("kanzlei", "kasse", "metzgerei", "schreinerei", "technik", "tischlerei", "verlag", "vertrieb", "werke"),
)
"""How a word ends that says what a company does, in languages that write such words in one: `Gartenbau`."""

NO_COMPANIES: Final = _listed(
    """
    active all and another any car health home life national pet social travel approved archived blocked both
    cancelled category closed company confirmed current default different domestic draft each employer existing
    expired external foreign former hold i it inactive internal limited local merchant missing multiple new not old on
    one online only open organisation organization other others our overseas own pending preferred private public
    registered regular rejected remote required restaurant restaurants retail same several silver gold some string
    supplier suspended tba tbc tbd temporary test the these they this type unregistered various vendor verified we
    wholesale you your
    """
)
"""What stands where a company's name would, and says something of it: a value of these alone is none."""

GIVEN_NAMES: Final = _listed(
    """
    aaron abdul abdullah abigail ada adaeze adam adele adrian adriana agnes agnieszka ahmad ahmed aidan aileen aisha
    akira alan alastair albert alberto alejandra alejandro aleksandra alessandra alessandro alex alexander alexandra
    alexis alfred alfredo ali alice alicia alina alison alistair allison alma alyssa amanda amara amelia amina amir
    amit amy ana anders andrea andreas andrei andrew andrzej angela angelica angelo angus anil anita anja anjali ann
    anna anne annette annie anthony antoine anton antonio anya aoife arjun arnaud arne arthur arturo arun ashley ashok
    astrid aurélie ayesha ayse barbara bartosz beata beatrice beatriz ben benedikt benjamin bernadette bernard bernd
    bethany betty bianca bilal birgit björn bogdan boris brandon brenda brendan brian bridget brigitte bronwyn bruno
    bryan caitlin camille carina carl carla carlo carlos carmen carol carole carolina caroline carsten catherine cathy
    cecilia cesar chantal charles charlie charlotte chelsea cheryl chiara chidi chioma chloe christa christian
    christina christine christoph christophe christopher ciara cillian cindy claire clara claude claudia claudio
    clémence colin colleen connor conor constance corinne courtney craig cristian cristina cynthia daniel daniela
    daniele danielle danny daria dario dariusz darren david davide deborah debra declan deepak deirdre denis denise
    dennis derek diana diane diego dieter dimitri dinesh dmitri dominic dominik dominique donald donna doreen doris
    dorota dorothy doug douglas duncan dylan eamon eddie edith eduardo edward edwin eileen elaine eleanor elena elijah
    elisa elisabeth elise elizabeth ella ellen emeka emil emilia emily emma emmanuel enrico enrique eric erica erik
    erika ernesto esther ethan eugene eugenia eva evelyn ewa fabian fabio fatima federica federico felicity felipe
    felix ferdinand fernanda fernando filip filippo fiona florence florian frances francesca francesco francis
    francisco franck franz françois françoise fred freddie frederick frederik freja friedrich fritz gabriel gabriela
    gareth gary gavin gemma geoffrey george georgia georgina gerald gerard gerhard gianluca gilbert gillian gina
    giorgio giovanni giulia giuseppe glenn gloria gonzalo gordon graham greg gregory greta guillaume guillermo gunnar
    gustav guy hannah hans harold harriet harry hassan heather hector heidi heike heinrich heinz helen helena helga
    henri henrik henry herbert hiroshi hugh hugo hussein hélène ian ibrahim ida ignacio imogen imran ines ingrid irene
    irina isaac isabel isabella isabelle ivan jack jackie jacob jacqueline jacques jakub james jamie jan jana jane
    janet janice jared jason javier jayne jean jeanne jeff jeffrey jenna jennifer jenny jens jeremy jessica jill jim
    jimmy joan joanna joanne joao joe joel johan johanna johannes john johnny jon jonas jonathan jordi jorge jose
    josef joseph josephine joshua josé joyce joão juan juanita judith judy julia julian juliana julie julien juliet
    julio justin justyna jérôme jörg jürgen kai kamal kamil karel karen karim karin karl karolina katarina katarzyna
    kate katharina katherine kathleen kathryn kathy katie katja katrin kavita keith kelly kelsey ken kenneth kevin
    khalid kim kimberly kirsten kirsty klaus kofi konrad kristen kristin kristina krzysztof kumar kwame kyle lakshman
    lars laura lauren laurence laurent lee leila lena leo leon leonardo leonie leslie lewis liam lidia linda lindsay
    lisa liv lorenzo lorraine louis louise luc luca lucas lucia lucie lucy luigi luis luisa lukas lukasz lydia lynn
    maciej madeleine magdalena mahmoud maja malcolm malgorzata manfred manuel marc marcel marcin marco marcus margaret
    maria mariana marianne marie marina mario marion mark markus marta martha martin martina martine mary maría
    mateusz mathias mathieu matt matteo matthew matthias maureen maurice max maximilian małgorzata megan mehmet mei
    melanie melissa mercedes michael michaela michał michel michele michelle miguel mihai mike mikhail miles miriam
    mohamed mohammad mohammed moira monica monika muhammad murray mustafa myriam nadia nadine nancy naomi natalia
    natalie nathalie nathan neha neil nelson ngozi niamh nicholas nick nicola nicolas nicole niels nigel nikolai nina
    noah noel noemi nora norbert norma norman nuno obinna octavia odile olaf ole oleg olga oliver olivia olivier omar
    orla oscar oskar otto owen pablo pamela paola paolo pascal patricia patrick patrizia paul paula pauline pavel
    pawel paweł pedro peggy penelope per pete peter petra phil philip philippa philippe phillip phyllis pierre pieter
    pilar piotr priya rachel rachid rafael raj rajesh ralf ralph ramon raquel rashid raul ravi raymond rebecca regina
    reinhard renata renate rené rhys ricardo riccardo richard rita rob robert roberta roberto robyn rodrigo roger
    rohan roland rolf romain roman ronald rosa rosalind rosemary roxana roy rudolf rupert russell ruth ryan sabine
    sabrina saeed sally salvatore sam samantha samir samuel sandeep sandra sanjay santiago sara sarah sasha sean
    sebastian serena sergei sergio shane shannon sharon sheila shirley silvia simon simone siobhan sofia sofie sonia
    sophia sophie stacy stefan stefania stefanie stefano stella stephanie stephen steve steven stuart stéphane sue
    sunil sunita susan susana susanna susanne suzanne sven svetlana sylvia sylvie sylwia sébastien takeshi tamara
    tamsin tanya tara tariq tatiana terence teresa terry thandi theo theodore theresa thierry thomas thérèse tiago tim
    timothy tina tobias tom tomas tomasz tommy toni tony tracy trevor tyler ulrich ulrike umberto ursula ute uwe
    valentina valeria valerie vanessa vera vicki vicky victor victoria vijay vikram vincent vincenzo virginia vittorio
    viviana vladimir véronique waldemar walter wanda wayne wei wendy werner wiktor wilfried wilhelm willem william
    wojciech wolfgang xavier yasmin yolanda youssef yuki yusuf yves yvette yvonne zainab zoe zofia łukasz
    """
)
"""Given names that are common somewhere: a vendor that is called by one and a surname is a sole trader. A name that is
missing here makes a person a company under a label of companies: hidden all the same, by the other's row."""

LEGAL_FORMS: Final = _phrases(
    """
    Pty Ltd|Pty Limited|Pty. Ltd|Ltd|Limited|LLC|L.L.C|LLP|Inc|Incorporated|Corp|Corporation|PLC|Plc|plc|GmbH & Co. KG
    |GmbH|gGmbH|AG|KG|KGaA|OHG|UG|SARL|SAS|S.A.S|S.A.R.L|S.A|SA|SpA|S.p.A|Srl|S.r.l|SRL|S.L|SL|BV|B.V|NV|N.V|Oy|AB
    |ApS|A/S|Sp. z o.o|Lda|Ltda|Pte Ltd|Pvt Ltd|Co., Ltd|Holdings|& Co|& Sons|SPA|GbR|e.K|e.V|EURL|SNC|SLU|Oyj|BVBA
    |s.r.l|s.p.a|S.L.U|S.L.L|S.L.P|S.C.P|S.L.N.E|CommV|Comm.V|VOF|V.O.F|Sp. j|Sp.j|Sp. k|Sp.k|Sp.z o.o|s.r.o|d.o.o
    |Kft|Zrt|mbH|PartG|PartG mbB|& Co. KGaA|AG & Co. KG|Pte. Ltd|Pvt. Ltd|Private Limited|Sdn Bhd|Bhd|ULC|Ltée
    |& Associates|& Cie|& Söhne|& Zonen|et Fils|y asociados|y Asociados|e figli|e Figli|& Figli|& Fils|en Zonen
    |und Söhne
    """
)
"""What stands at the end of a company's name."""

NOT_COMPANIES: Final = _listed(
    """
    a about although an and are at because between bill but by dear during for from hello hi if in invoice is it its
    of on or our pay paid please purchase purchased re remit shipped since so sold supplier that the their then this
    to vendor was we were when while with your
    """
)
"""Words that begin a sentence with a capital before a company's name and are no part of it."""

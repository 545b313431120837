"""The word lists that tell a company from a person: labels, trades, given names.

A third part of `vocabulary`. Lower case, in the languages whose labels are known here. A word is listed once, for one
purpose, and the purpose is written under it. This module must not hold logic.
"""

from __future__ import annotations

from typing import Final

from grille.detectors.words import listed, phrases

COMPANY_LABELS: Final = (
    *("company", "company name", "organisation", "organisation name", "organization", "organization name"),
    *("vendor", "vendor name", "supplier", "supplier name", "merchant", "merchant name", "manufacturer", "retailer"),
    *("wholesaler", "distributor", "reseller", "subcontractor", "competitor", "employer", "employer name", "carrier"),
    *("business name", "trading name", "trading as", "trades as", "doing business as", "dba"),
    *("legal entity", "legal entity name", "entity name", "corporate name", "registered name", "firm", "firm name"),
    *("bank", "bank name", "lender", "insurer", "underwriter", "custodian", "issuer", "acquirer"),
    *("financial institution", "institution name", "audit client", "companies"),
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
    *("invoice to", "invoiced to", "counterparties"),
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

COMPANY_ENDINGS: Final = listed(
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

COMPANY_TAILS: Final = listed("centre centres company group international services solutions")
"""What may follow a trade: `Okonkwo Freight Services`."""

COMPANY_BEGINNINGS: Final = listed(
    """
    apotheke autohaus bäckerei bauunternehmen brauerei druckhaus druckerei elektrotechnik fleischerei gärtnerei
    gaststätte handelshaus hausverwaltung immobilien ingenieurbüro kanzlei kaffeerösterei konditorei maschinenbau
    metallbau metzgerei möbelhaus reisebüro sanitär schreinerei sparkasse spedition steuerberatung tischlerei tiefbau
    verlag versicherungen volksbank weingut werkstatt zimmerei stadtwerke assurances ateliers banque boucherie
    boulangerie brasserie charpente conseil éditions fromagerie imprimerie librairie maçonnerie menuiserie mutuelle
    pâtisserie pharmacie plomberie traiteur transports groupe asesores bufete banco bodegas carpintería confecciones
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

_OTHER_WORDS: Final = listed(
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

PARTS_OF_COMPANIES: Final = listed(
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

CALLED_LIKE_PEOPLE: Final = phrases(
    """
    alfa romeo|arthur andersen|aston martin|baker mckenzie|booz allen|booz allen hamilton|calvin klein|charles schwab
    |clifford chance|credit suisse|edward jones|eli lilly|fannie mae|freddie mac|goldman sachs|grant thornton
    |harvey nichols|hugo boss|jimmy choo|john deere|john lewis|jones lang lasalle|jp morgan|jpmorgan|jpmorgan chase
    |julius baer|kirkland ellis|knight frank|levi strauss|louis vuitton|merrill lynch|morgan stanley
    |norton rose fulbright|philip morris|ralph lauren|raymond james|sallie mae|ted baker|tommy hilfiger|wells fargo
    |yves saint laurent
    """
)
"""Companies that everybody knows and models take for people."""

NO_COMPANIES: Final = listed(
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

GIVEN_NAMES: Final = listed(
    """
    aarav aaron abdallah abdul abdulaziz abdullah abdulrahman abena abigail abimbola abiodun abiola achieng ada
    adaeze adam adebayo adele adeola adewale aditi aditya adnan adrian adriana adrianna adwoa agnes agnieszka ahmad
    ahmed ahmet aidan aileen ailsa ainhoa aisha ajay akash akiko akin akira akosua alan alastair albert alberto
    aldo alejandra alejandro aleksander aleksandra alessandra alessandro alex alexander alexandra alexei alexis
    alfred alfredo ali alice alicia alicja alina alison alistair aliyah allison alma alyssa amaka amal amanda amani
    amara amelia amina amir amit amrita amy ana anand ananya anastasia anaïs anders andrea andreas andrei andrew
    andrzej aneta angela angelica angelo angus anh anil anita anja anjali ann anna anne annegret annette annie
    anthony antoine anton antoni antonio anushka anwar anya aoife aparna aravind arjun arnaud arne arthur arturo
    arun asha ashley ashok ashwin asli aslı astrid aurélie ayesha aylin aynur ayodele ayse ayşe aziz babajide
    barbara bartosz bartłomiej basma beata beatrice beatriz ben benedikt benjamin berk bernadette bernard bernd
    bethany betty bhavna bianca bilal birgit bjarne björn bláthnaid bogdan bogumiła bohdan bongani boris bożena
    brandon brenda brendan brian bridget brigitte bronwen bronwyn bruno bryan bui bukola burak bérénice bùi büşra
    błażej caio caitlin callum camille cansu caoimhe carina carl carla carlo carlos carmen carol carole carolina
    caroline carsten catherine cathy cauã cecilia cem ceren cerys cesar cezary chandra chantal charles charlie
    charlotte chelsea chen cheryl chiamaka chiara chidi chidinma chijioke chinedu chinwe chioma chipo chitra chloe
    choi christa christian christina christine christoph christophe christopher chukwuemeka ciara cillian cindy
    claire clara claude claudia claudio clémence colin colleen connor conor constance corinne courtney craig
    cristian cristina cynthia dalia damilola daniel daniela daniele danielle danny danuta daria dario dariusz
    darnell darren david davide dawid deborah debra declan deepak deirdre denis denise deniz dennis derek derya
    deshawn detlef devi dhruv diana diane diego dieter dimitri dinesh divya dmitri dmytro dominic dominik dominique
    donald donna doreen doris dorota dorothea dorothy doug douglas doğan dragan dragos duc duncan duong dylan dương
    eamon ebba ebere ebru ece eddie edith eduarda eduardo edward edwin efua eileen eilidh einar eirik ekene elaine
    eleanor elena elif elijah elin elina elisa elisabeth elise elizabeth ella ellen elvira elżbieta emeka emil
    emilia emily emine emma emmanuel emre engin enrico enrique erdem eren eric erica erik erika ernesto esra
    esteban esther ethan eugene eugenia eunji eva evelyn ewa ewelina fabian fabio fabrizio faisal farah farai fares
    farid farida fatima fatma federica federico felicity felipe felix femi ferdinand ferhat fernanda fernando filip
    filippo filiz fiona florence florian flávia folake folasade fouad frances francesca francesco francis francisco
    franck franz françois françoise fred freddie frederick frederik fredrik freja friedhelm friedrich fritz
    funmilayo gabriel gabriela gabriele gareth gary gaspard gaurav gauri gavin geeta gemma geoffrey george georgia
    georgina gerald gerard gerhard gianluca gilbert gillian gina giorgio giovanni girish gisela giulia giuseppe
    gizem glenn gloria gonzalo gopal goran gordon govind graham graziella grażyna greg gregory greta grzegorz
    guadalupe guilherme guillaume guillermo gunnar gurpreet gustav gustavo guy gwenaëlle gökhan gül gülay habib
    hadi haeun hakan hala halina hamid hamish hamza hana hanan hani hanna hannah hans haoran hari harold harpreet
    harriet harry haruto hasan hassan heather hector heidi heike heinrich heinz heitor helen helena helga henri
    henrik henry henryk herbert hideo hieu hildegard hina hiroshi hisham hoang hoàng huang huda hugh hugo huong
    husam hussein huynh huỳnh hyejin hyun håkan hélène hùng hülya hüseyin ian ibrahim ida ifeanyi ifeoma ignacio
    ikechukwu iker ilker iman imani imogen imran indira ines ingeborg ingrid ioana ionela irene irina isaac isabel
    isabella isabelle ishaan ismail itziar ivan ivana iwona izabela jacek jack jackie jacob jacqueline jacques
    jadwiga jaime jakub jamal james jamie jamila jan jana jane janet janice janusz jared jarosław jason jaspreet
    javier jayne jean jeanne jeff jeffrey jenna jennifer jenny jens jeremy jerzy jessica jianguo jihoon jill jim
    jimmy jinwoo jisoo jiwoo jiyoung joan joanna joanne joao joaquim joe joel johan johanna johannes john johnny
    jolanta jon jonas jonathan jordi jorge jose josef joseph josephine joshua josé jovana joyce joão juan juanita
    judith judy julia julian juliana julie julien juliet julio junjie jussi justin justyna jutta jyoti jérôme jörg
    jürgen kaan kacper kai kaisa kalpana kamal kamau kamil kaori karel karen karim karima karin karl karolina
    karthik katarina katarzyna kate kateryna katharina katherine kathleen kathryn kathy katie katja katrin katya
    kavita kazimierz kazuki kehinde keiko keisha keith kelechi kelly kelsey kemal ken kenji kenneth kevin khadija
    khalid khanh kim kimberly kinga kiran kirsten kirsty kishore klaus kofi konrad krishna kristen kristin kristina
    krystyna krzysztof kumar kunle kwabena kwadwo kwaku kwame kyle laila lakshman lakshmi lalitha lamia lars latifa
    latoya laura lauren laurence laurent layla leandro lee leila lena leo leon leonardo leonie lerato leslie leszek
    letícia lewis leyla liam lidia lieselotte lihua liisa linda lindsay linh linnea lisa liu liv llinos loredana
    lorenzo lorraine louis louise loïc luc luca lucas lucia lucie lucy lucyna luigi luis luisa lukas lukasz lydia
    lynn lívia maciej madeleine madhavi magdalena magnus mahdi mahesh mahmoud mairi maja majid makena makoto
    malcolm malgorzata malik manal mandla manfred manish manoj manuel marc marcel marcelo marcin marco marcus marek
    margaret maria mariam mariana marianne marie marina mario marion mariusz mark marko markus marta martha martin
    martina martine marwan mary maryam marzena maría masako massimo mateusz matheus mathias mathieu matt matteo
    matthew matthias matti maureen maurice mauricio max maximilian maysa maëlle małgorzata meena meera megan mehmet
    mei meiling melanie melissa mensah mercedes merve mette michael michaela michał michel michele michelle miguel
    mihaela mihai mikael mike mikhail mikko miles milica minh minjun minseo mirella miriam mirko mirosław mohamed
    mohammad mohammed mohan moira mona monica monika montserrat mounir muhammad mukesh muna murat murray mustafa
    myriam nabil nada nadia nadine nadir naima najib nancy nandi nandini naoko naomi naresh nasser natalia natalie
    nathalie nathan naveen nawal nazlı neha neil nelson nemanja ngozi nguyen nguyễn ngô niamh nicholas nick nicola
    nicolas nicole niels nigel nikhil nikolai nilgün nils nina nisha nitin njeri nkechi nnamdi nneka noah noel
    noemi nomsa nonso noor nora norbert norma norman nour nuno nuria obinna octavia océane odile oksana olaf ole
    oleg olga oliver olivia olivier oliwia olufemi olumide oluwaseun omar onur onyeka orhan orla ornella osama
    oscar oskar osman otieno otto otávio owain owen ozan pablo padma pamela paola paolo pascal patricia patrick
    patrizia paul paula paulina pauline pavel pawel paweł pedro peggy pekka pelin penelope per pete peter petra
    pham phan phil philip philippa philippe phillip phuong phyllis phạm pierre pieter pilar piotr pooja pradeep
    prakash pranav prasad praveen preeti priya przemysław pádraig pınar qasim rachel rachid radha radosław rafael
    rafaela ragnhild rahul raj rajan rajendra rajesh ralf ralph ramesh ramon ramya rani rania raquel rasha rashid
    raul ravi ravinder raymond rebecca reem regina reinhard rekha renan renata renate renzo rené rhiannon rhys
    ricardo riccardo richard rima rishi rita ritu rob robert roberta roberto robyn rocío rodolfo rodrigo roger
    rohan rohit roland rolf romain roman ronald rosa rosalind rosemary roxana roy ruairí rudolf rupert russell ruth
    ryan ryszard răzvan sabah sabine sabrina sachin sadiq saeed said sakura salah salem salim sally salma salvatore
    sam samantha sami samir samira samuel sana sandeep sandra sanjana sanjay santiago santosh saoirse sara sarah
    sarita sasha satish satoshi sean sebastian segun selin sema seojun serena sergei sergio serkan seung sevgi
    shadi shane shanice shankar shannon sharon sheila shirley shreya shweta sibel siddharth siegfried sigrid silvia
    simisola simon simone sinan sinéad siobhan siobhán sipho sita siân smita sneha sofia sofie sofya solveig solène
    sonal sonia sophia sophie sorcha soyeon srinivas stacy stanisław stefan stefania stefanie stefano stella
    stephanie stephen steve steven stuart stéphane subramaniam sue sufyan suleiman suman sunghoon sunil sunita
    suresh susan susana susanna susanne sushila suzanne sven svetlana swati sylvia sylvie sylwia szymon sébastien
    søren sławomir tadeusz tadhg tafadzwa tahir taiwo takashi takeshi tamara tamika tamsin tanvi tanya tara taras
    tariq tatiana temitope tendai terence teresa terry thabo thais thandi thandiwe thanh theo theodore theresa
    thiago thibault thierry thomas thuy thérèse tiago tim timothy tina tobias tolga tolulope tom tomas tomasz tommy
    tomoko toni tony torben tove tracy tran trang trevor trần tuan tunde turgut tuğba tyler tyrone uche uchenna
    uday ufuk ulrich ulrike uma umberto umut ursula urszula ute uwe valentina valeria valerie vandana vanessa varun
    vasyl vera vicki vicky victor victoria vidya vijay vikram viktor vinay vincent vincenzo vinod vinícius virginia
    vishal vittorio viviana vlad vladimir volkan véronique vũ wafa waldemar walid walter wambui wanda wang wanjiru
    wayne wei weiming wendy werner wiesław wiktor wilfried wilhelm willem william witold wojciech wolfgang xavier
    xiaoming xiomara xiuying xu yahya yann yara yasemin yash yasmin yassin yavuz yaw yetunde yevgeny yifan yoko
    yolanda youngho yousef youssef yuki yulia yusuf yuto yves yvette yvonne yıldız zahra zaid zainab zanele zawadi
    zbigniew zdzisław zehra zeynep zhang zhao zhou ziad zoe zofia zoran zuzanna élodie émilie ömer özge özlem đặng
    łucja łukasz żaneta ștefan
    """
)
"""Given names that are common somewhere, and surnames that stand first there: a vendor that is called by one and
another name is a sole trader. A name that is
missing here makes a person a company under a label of companies: hidden all the same, by the other's row."""

LEGAL_FORMS: Final = phrases(
    """
    Pty Ltd|Pty Limited|Pty. Ltd|Ltd|Limited|LLC|L.L.C|LLP|Inc|Incorporated|Corp|Corporation|PLC|Plc|plc|GmbH & Co. KG
    |GmbH|gGmbH|AG|KG|KGaA|OHG|UG|SARL|SAS|S.A.S|S.A.R.L|S.A|SA|SpA|S.p.A|Srl|S.r.l|SRL|S.L|SL|BV|B.V|NV|N.V|Oy|AB
    |ApS|A/S|Sp. z o.o|Lda|Ltda|Pte Ltd|Pvt Ltd|Co., Ltd|Holdings|& Co|& Sons|SPA|GbR|e.K|e.V|EURL|SNC|SLU|Oyj|BVBA
    |s.r.l|s.p.a|S.L.U|S.L.L|S.L.P|S.C.P|S.L.N.E|CommV|Comm.V|VOF|V.O.F|Sp. j|Sp.j|Sp. k|Sp.k|Sp.z o.o|s.r.o|d.o.o
    |Kft|Zrt|mbH|PartG|PartG mbB|& Co. KGaA|AG & Co. KG|Pte. Ltd|Pvt. Ltd|Private Limited|Sdn Bhd|Bhd|ULC|Ltée
    |& Associates|& Cie|& Söhne|& Zonen|et Fils|y asociados|y Asociados|e figli|e Figli|& Figli|& Fils|en Zonen
    |und Söhne|ASA|Holding AS|Eiendom AS|Invest AS|OÜ|UAB|a.s|A.Ş|EOOD
    |PTY LTD|PTY LIMITED|PTE LTD|PVT LTD|CO LTD|LTD|LIMITED|INC|CORP|CORPORATION|GMBH|GMBH & CO KG|LTDA|& CO|& SONS
    """
)
"""What stands at the end of a company's name; in the last line in capitals, as banks and courts write."""

NOT_COMPANIES: Final = listed(
    """
    a about although an and are at because between bill but by dear during for from hello hi if in invoice is it its
    of on or our pay paid please purchase purchased re remit shipped since so sold supplier that the their then this
    to vendor was we were when while with your
    """
)
"""Words that begin a sentence with a capital before a company's name and are no part of it."""

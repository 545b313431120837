"""The word lists of this room, in one place where they can be read, argued with and extended.

English but for the names of passwords, lower case. A word is listed once, for one purpose, and the purpose is
written above it. This module must not hold logic.
"""

from __future__ import annotations

from typing import Final

from grille.detectors.words import listed

GENERIC_LABELS: Final = listed("code id ref reference")
"""Words that name something else, unless the word before them says what: "sort code", "tax reference"."""

OTHER_LABELS: Final = GENERIC_LABELS | listed(
    """
    amount balance batch booking build byte case centre center checksum claim commit count digest docket
    duration ean etag fingerprint hash sha
    elapsed epoch error firmware gl index inv invoice isbn issn item job journal ledger line lot model offset
    order page part period pid po point port price product qty quantity receipt reconciliation release revision room row
    serial shipment size sku step task ticket timestamp total trace tracking ts unit upc uptime uuid version
    volume
    """
)
"""What numbers are called that are nobody's secret, in the singular: a number beside one is not ours."""

BARE_LABELS: Final = listed("acc account acct no nr num number")
"""Labels that say a number is one of those that stand beside it: `{"bsb": …, "number": …}`."""

KEY_SUFFIXES: Final = listed("address code id nummer numer numero numéro número")
"""Words after what a key is about: `email_address`."""

DETAIL_WORDS: Final = listed("account bank detail identifier identity info payment payroll personal profile tax")
"""Words in the key of an object that tells more of what it is a member of: `{"name": …, "bankDetails": {…}}`."""

LIST_WORDS: Final = listed("and or")
"""Words between numbers that stand in a list under one label."""

ASIDES: Final = listed("agreed approved checked confirmed discussed verified")
"""After a value: what was done with it, and no longer what it is."""

NAME_LABELS: Final = (
    *("first name", "middle name", "last name", "given name", "family name", "forename", "surname"),
    *("full name", "legal name", "maiden name", "preferred name", "next of kin"),
    *("contact", "contact name", "contact person", "primary contact", "billing contact"),
    *("payee", "payee name", "payer name", "beneficiary", "beneficiary name", "remitter"),
    *("recipient name", "sender name", "cardholder", "cardholder name", "card holder", "card holder name"),
    *("name on card", "holder", "account holder", "account holder name", "bank account name", "customer name"),
    *("client name", "employee", "employee name", "owner name", "director", "signatory", "applicant"),
    *("applicant name", "attention", "attention to", "attn", "person name", "signatories", "beneficiaries"),
    *("vorname", "nachname", "familienname", "kontoinhaber", "kontoinhabers", "karteninhaber"),
    *("karteninhabers", "zahlungsempfänger", "ansprechpartner"),
    *("prénom", "nom de famille", "titulaire", "titulaire du compte", "nom du titulaire", "bénéficiaire"),
    *("nombre y apellidos", "nombre completo", "apellidos", "nombre del titular", "titular de la cuenta"),
    *("titular de la tarjeta", "beneficiario"),
    *("cognome", "nome e cognome", "nome completo", "intestatario", "intestatario del conto", "intestatario conto"),
    *("voornaam", "achternaam", "rekeninghouder", "begunstigde", "sobrenome", "apelido", "titular da conta"),
    *("imię i nazwisko", "nazwisko", "posiadacz rachunku"),
)
"""Labels whose value is a person's name, or an organisation's where the value says so."""

ROLE_LABELS: Final = (
    *("assignee", "assigned to", "approver", "approved by", "reviewer", "reviewed by", "requester", "requestor"),
    *("requested by", "reporter", "reported by", "created by", "issued by", "updated by", "modified by", "prepared by"),
    *("submitted by", "signed by", "witnessed by", "witness", "owner", "manager", "account executive"),
    *("sales rep", "sales representative", "sales person", "salesperson", "attendee", "participant", "member"),
    *("claimant", "insured", "patient", "resident", "occupant", "traveller", "traveler", "passenger", "guest"),
    *("driver", "dependant", "dependent", "spouse", "trustee", "executor", "student", "candidate", "cosigner"),
    *("co signer", "secretary", "treasurer", "chairperson", "subscriber", "donor", "author", "recipient", "sender"),
)
"""Labels of who did something or whom it concerns: a team, a machine or a word has done it as often, so the value has
to read like a full name."""

BARE_NAME_LABELS: Final = ("name", "display name", "nom", "nombre", "nome", "naam", "imię", "nome visualizzato")
"""Labels of the names of people and of things: what stands in the same record says which."""

FIRST_HALVES: Final = ("first", "given", "fname", "middle")
LAST_HALVES: Final = ("last", "family", "lname")
"""Keys of the halves of a name, and of pages, dates and files: the other half in the same record says which."""

NO_HALVES: Final = listed(
    """
    january february september october november december monday tuesday wednesday thursday friday saturday sunday
    alpha beta chapter column entry item omega row section step
    """
)
"""What stands as first and last as well."""

OFFICE_WORDS: Final = listed(
    """
    access actions active admin administration administrator alert alerts all alpha analytics any anyone
    appendix application archive assigned auto automation backup basic beta board body bot both branch build
    chapter chief compliance core crew custom daily data db default delta design desk dev devops domain draft
    edge editor end engineering everyone executive external free front full gamma gateway general global gold
    governance group growth guest guild head helper host hr inbox infrastructure internal item job jobs junior
    key lead legal level list local machine mail main management manager manual marketing member mode module
    monthly network networking new nightly no nobody office old omega only open operations ops others owner
    owners page part parties party pending people plane platform plus pool premium primary principal pro process
    procurement product program project public quality queue read ready region regional remote reply research
    reviewer risk robot root rotation row run sales scheduler script secondary section security senior server
    service shared shift silver single site source squad staff stage standard state step studio success support
    sync system table task team template test then tier tool tools top treasury two type unassigned unit update
    user users various version vice web weekly workflow write writer zone
    """
)
"""Words of offices and machines that stand where somebody's full name could."""

PLACE_LABELS: Final = listed("address city country county location region street suburb town")
"""Words of labels whose value is a place."""

PLACE_SUFFIXES: Final = listed("line name")
"""Words after a place word that do not make it something else."""

ORGANISATION_WORDS: Final = listed(
    """
    ag agency association authority bank branch bros brothers business bv bvba cafe capital clinic club co
    college committee company consulting corp corporation council department desk digital enterprises eurl
    finance fondation fondazione foundation fund fundacja gbr global gmbh group groupe grupo gruppo helpdesk
    holding holdings hospital hotel inc incorporated industries institute insurance international kg kgaa lda
    limited llc llp logistics ltd ltda media ministry museum national nv office ohg partners partnership
    pharmacy plc plus productions pty restaurant sa sarl sasu school services shop society solutions srl staff
    stichting store studio super supplies support systems team trading trust university ventures verein vof
    warehouse
    """
)
"""Words that no person has in a name, and organisations, their parts and their places have."""

NOT_NAMES: Final = listed(
    """
    aadhaar aba abn account acct ach acl acn address aed ahv aml amount api aud avs bacs balance bank bas bgc bic bios
    bsb bsn card cc ceo cfo chair chaps chf cif cli code company confirmed contact crs csv cto cusip customer cvv cxr
    date dd ddp dear debit director dob due ebitda ecg ein email employee entry eth eur euro exw false fatca fein fpi
    frs fwd gaap gbp gl gst gstin hba1c hello hi ias iban icd id ifrs ifsc inc inv invoice ird isa isae isbn isin iso
    itin je journal json kontakt kontakta konto kund kunde kyc ledger lei ltd memo mobile mri na name nda ni nif nil
    nino no non none note notes np null number nzbn nzd ok order owner pan password payee payer payment pdf pep pesel
    phone pips po ref reference regards required routing rtn sar sdlt sedol sincerely siren siret sku sla smsf sort
    sql ssn sso statement status string subject swift tax tel test tfn thanks ticket tin token total true ubo uetr
    unknown uprn url usd usdt user utc utr utrn uuid vat vcard vevent vies vin visa vlan void vrm xml xyz yes
    """
)
"""Labels, acronyms and greetings that models take for names. A guess made of these alone is dropped."""

NAME_PARTICLES: Final = listed(
    "al ap bin da das de del della den der di do dos du e el ibn la le san st ten ter van von y zu"
)
"""Words of names that are written without a capital."""

PARTICLES_WITHIN: Final = NAME_PARTICLES - {"e", "y"}
"""Without those that stand between two people as well."""

COMMON_WORDS: Final = listed(
    """
    amber april art august autumn banks bill bond brook chance chase chip christian church cook crystal
    dale dawn dean drew english faith fields forest frank french friday gene german grace grant green
    gray hall hope hunter iris ivy jack jade jewel joy june king lane law long major march mark mason
    melody mercy miles miller monday moss penny pierce porter price prince reed rich robin rock rose ruby
    sage sandy saturday stone summer sunday sunny taylor thursday tuesday wednesday west white will winter
    wood young
    """
)
"""Names of four letters or more that are words as well: found where they were found, not everywhere."""

PLACEHOLDERS: Final = listed(
    """
    any arraybuffer bool boolean buffer byte bytes bytearray changeit changeme char chararray credential default
    dummy empty encrypted example expired false fake float forgotten hidden incorrect int integer invalid
    keyboard mandatory masked missing mustchange n/a needed never nil none null number nullable object omitted
    optional password passwd placeholder present provided redacted removed replaceme required reset sanitized
    secret secretstr securestring self sensitive snip string stringify str sample test text this todo true
    undefined unicode unchanged unknown unset unused val value var varchar void wrong xxxx your
    """
)
"""What stands where a password would, and is none."""

STAND_INS: Final = PLACEHOLDERS | listed(
    """
    a access account actual admin again an and api app application apikey arg args auth authentication author
    authorization base bearer bind by callback cert check client cloud code column config configured confirm
    confirmation connection contrasena count credentials ctx current data database db decrypted dev
    digest el email encoded enter env environ field file for foo bar baz form from generated generator get git
    github goes hash hashed hasher help here hint http hub id in input insert is item key keys kennwort
    la label length list local login lookup mail manager master max mdp min mode model msg must my name new next
    no not of oauth obj old only option options or owner paramter param params parameter parse parser pass
    passcode passphrase passphrases passwords passwort path pem per phrase policy post private prod production
    profile prompt property proxy provider public pw pwd query raw reader real refresh remote repeat replace
    req request res response result root rule safe salt secrets security see send server service
    session set setting settings sign signature signing some source sql ssh staging state status store stored
    strength strong super temp temporary the them there time tmp to token tokens top type update url use user
    userid username users valid validate validator values variable vault verify was weak webhook with
    word write www you
    """
)
"""Words that make up the name of a secret, or a request to put one there: `your_api_key_here`, `newPassword`."""

PASSWORD_LABELS: Final = (
    *("password", "passwd", "pass word", "pass phrase", "pass code", "pswd", "pwd", "pword", "passwort", "kennwort"),
    *("mot de passe", "contraseña", "contrasena", "senha", "wachtwoord", "lösenord", "losenord", "adgangskode"),
    *(
        "salasana",
        "hasło",
        "haslo",
        "пароль",
        "密码",
        "密碼",
        "口令",
        "パスワード",
        "비밀번호",
        "비번",
        "패스워드",
        "암호",
    ),
)
"""What passwords are called. Whatever stands before such a word, as in `DB_PASSWORD`, does not matter."""

SHORT_PASSWORD_LABELS: Final = listed("pass pw psw mdp")
"""The same, but parts of too many words: they count alone, and as the last hump of a name (`dbPass`)."""

PASSES: Final = listed(
    "all boarding bus day entry ferry first gate lift parking press rail season second ski test tests train visitor"
)
"""Words before a pass that lets nobody into a computer."""

LOGIN_LABELS: Final = (
    *("login", "log in", "sign in", "signin", "credential", "credentials", "cred", "creds", "username and password"),
    *("user and pass", "anmeldung", "zugang", "zugangsdaten", "identifiant", "identifiants", "credenciales"),
)
"""What is followed by a user and a password, with a stroke between them."""

LOGIN_WORDS: Final = listed("admin bind db email ftp http key ldap login mail my root smtp sql ssh store sys user")
"""What `pass` is written together with: `dbpass`."""

SECRET_LABELS: Final = (
    *("secret", "secret key", "secret access key", "secret token", "secret key base", "private key", "signing key"),
    *("encryption key", "decryption key", "master key", "cipher key", "hmac key", "jwt key", "aes key"),
    *("credential", "credentials"),
)
"""What keys are called that a person may have made up."""

TOKEN_LABELS: Final = ("token", "api key", "access key", "auth key", "auth", "salt", "nonce")
"""What keys are called that a machine made up; so is everything whose last word is key."""

WORD_LABELS: Final = ("memorable word", "secret word", "secret answer", "security answer", "security word")
"""What banks ask for on the telephone: a word of any language."""

SEVERAL_LABELS: Final = ("passwords", "pass codes", "logins", "credentials", "creds", "passwörter", "mots de passe")
"""What stands above a list of them."""

PHRASE_LABELS: Final = ("pass phrase", "memorable phrase", "secret phrase", "safe phrase")
"""What is called so that it may be several words."""

CODE_LABELS: Final = tuple(f"{kind} codes" for kind in ("recovery", "backup", "scratch", "emergency"))
"""What lets in whoever has lost the second factor: one code after the other."""

FACTOR_LABELS: Final = ("totp", "otp", "2fa", "mfa", "authenticator", "two factor", "second factor", "setup key")
"""What a second factor is called, and what it is set up with."""

SEED_LABELS: Final = ("mnemonic", "seed phrase", "seed words", "recovery phrase", "backup phrase", "secret phrase")
"""What the words are called that a wallet is restored from."""

OPEN_LABELS: Final = listed(
    """
    anon bos cache cancellation cls column continuation csrf cursor eos foreign global host idempotency index
    last lookup map mask max min next num object pad page parent partition primary prompt public publishable
    registry row sep site sort special stop sync translation unk xsrf
    """
)
"""Words before token or key that say that it is no secret."""

FILE_ENDINGS: Final = listed("bmp css gif html ico jpeg jpg js json md pdf png svg ts txt webp xml yaml yml")
"""Endings that make `icon@2x.png` a file and not an e-mail address."""

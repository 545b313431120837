"""What the languages that are read are known by: their small words, and how they spell.

A third part of `vocabulary`, split off for its length. This module must not hold logic.
"""

from __future__ import annotations

from typing import Final

from grille.detectors.words import listed, phrases

STOP_WORDS: Final = {
    "en": listed(
        """
        the and of to is was are for with that this have has not you your from be will please on at by it in he she they
        we i me my her his our us their but or as if so do did can could would should were been out up about into when
        who what which there here all more just get got met an had him than then them these those also
        """
    ),
    "de": listed(
        """
        der die das und ist nicht mit für von den dem des ein eine einen einem einer wird wurde auf bei sich auch als
        zum zur bitte sie ich wir haben hat hast hatte habe sind im am waren wäre wer wie wo was wann warum ohne laut
        nie noch aber oder wenn weil dass nach vor über unter durch um bis gegen seit beim vom mehr schon nur wieder
        können könnte kann muss müssen soll sollte werden würde kein keine keinen diese dieser dieses diesem ihm ihnen
        ihr ihre ihren uns euch mir mich dir dich wegen zwischen gestern heute morgen hallo frau herr doch dann hier
        sein seine seinen mein meine zu es er du in an war zwei drei jahr jahre jahren dort damals geboren sowie
        während ab seiner seinem seines ihrem ihrer ihres ließ hieß gilt
        """
    ),
    "fr": listed(
        """
        le les des du et est une pour dans que qui avec sur par pas vous nous au aux ce cette ces sont été étaient
        était il elle ils elles je tu votre notre leur leurs mon ma mes son sa ses la un mais où donc sans sous entre
        chez même très plus moins aussi bien être avoir ai as avait ont fait peut pouvez hier demain selon après
        bonjour salut madame monsieur si ne quel quelle quand comment encore dont de en se vos nos fut furent née né
        naît deux trois pendant depuis ainsi lors dès vers puis avant contre plusieurs autres là devient également
        chaque
        """
    ),
    "es": listed(
        """
        el los las y es una para con por del que se su sus al lo más como fue está están ha han son pero no en la un
        usted ya sin sobre entre hasta desde donde cuando quien quién quiénes cómo qué esto esta este estos estas mi
        mis tu tus nos les le él ella ellos hay había estaba ser tiene tengo todo todos muy también ayer hoy mañana
        hola según señor señora otra otro porque durante mientras todavía de nació murió años año hijo hija dos tres
        después antes primera primer contra fueron era siendo cada varios así ante
        """
    ),
    "it": listed(
        """
        il lo gli e è una per con del della dei delle degli dello che di si non sono nel nella nei al alla alle agli
        da dal dalla come ha hai hanno ho più questo questa quello quella la le un uno in ma se mi ti ci lui lei loro
        noi voi io suo sua mio mia era erano essere avere anche ancora già molto tutti tutto senza tra fra sul sulla
        chi cosa quando dove perché mentre secondo ieri oggi domani ciao signora signor i fu furono nacque morì venne
        vennero ai sui suoi sue dopo fino verso cui così può deve stato stata stati anni anno tre figlia figlio prima
        durante presso ed ad fece poi questi
        """
    ),
    "nl": listed(
        """
        de het een en van is niet voor op dat die zijn te aan bij ook wordt worden werd heeft heb hebben hebt naar uit
        ik wij uw in je jij hij zij hun haar maar want dus tussen tegen tot zonder met nog wel geen waren kan kunnen
        kunt moet moeten zal zou deze dit wie waar wanneer hoe waarom volgens gisteren vandaag morgen hoi hallo
        mevrouw meneer meer veel nu als om er onze ons nooit alle door achter na toen eerste tweede sinds vanaf binnen
        samen jaar jaren twee drie ging geboren naast andere nadat totdat omdat hem hen zich zelf iets niets alles
        mijn jouw jullie ben
        """
    ),
    "pt": listed(
        """
        o os as e é uma para com por do da dos das que se não em no na nos nas um ao aos mais foi são você mas
        sem sobre entre até desde onde quando quem como isto esta este estes estas meu minha seu sua seus suas
        ele ela eles nós há tinha estava está estão ser tem tenho tudo todos muito também ontem hoje amanhã olá
        segundo senhor senhora outra outro porque durante enquanto ainda já de pelo pela
        """
    ),
}
"""The small words by which a language is known. Some belong to two: the others decide."""


ELISIONS: Final = {
    "fr": listed("l d j m n s t c qu jusqu lorsqu"),
    "it": listed("l d un c all dall dell nell sull coll quell quest"),
}
"""Small words that have lost their last letter before an apostrophe and a vowel: `dell'arte`, `qu'elle`."""

LETTERS: Final = {
    "de": "äöüß",
    "fr": "àâçèéêëîïôùûœ",
    "es": "áéíñóú",
    "it": "àèìòù",
    "nl": "ëïö",
    "pt": "áâãçêíóõú",
}
"""Letters that English writes in borrowed words only."""

PARTICLES: Final = phrases(
    """
    af|al|bin|da|dal|dalla|de|degli|dei|del|della|dello|der|di|do|dos|du|el|ibn|ten|ter|van|von|zu
    """
)
"""Words of names without a capital, in whatever language: `von der Roe`."""

ARTICLES: Final = phrases("das|den|il|la|las|le|lo|los|vom|zum|zur")
"""Those that are an article as well: the word after them is a surname only behind another particle (`de la Roe`)."""

CALLINGS: Final = phrases(
    """
    schauspieler|schauspielerin|sänger|sängerin|regisseur|regisseurin|schriftsteller|schriftstellerin|dichter|dichterin
    |maler|malerin|komponist|komponistin|physiker|physikerin|chemiker|mathematiker|philosoph|philosophin|historiker
    |politiker|politikerin|präsident|präsidentin|bundespräsident|bundeskanzler|bundeskanzlerin|kanzler|minister
    |außenminister|ministerpräsident|bürgermeister|könig|königin|kaiser|kaiserin|papst|bischof|herzog|fürst|graf|gräfin
    |prinz|prinzessin|trainer|spieler|torwart|stürmer|architekt|arzt|ärztin|ingenieur|anwalt|journalist|journalistin
    |professor|bruder|schwester|sohn|tochter|vater|mutter|ehefrau|ehemann|kommissar|general|astronom|dirigent
    |acteur|actrice|chanteur|chanteuse|réalisateur|réalisatrice|écrivain|écrivaine|poète|peintre|compositeur|compositrice
    |physicien|physicienne|chimiste|mathématicien|mathématicienne|philosophe|historien|historienne|président|présidente
    |ministre|maire|roi|reine|empereur|impératrice|pape|évêque|duc|duchesse|comte|comtesse|prince|princesse|entraîneur
    |joueur|joueuse|gardien|attaquant|architecte|médecin|ingénieur|avocat|avocate|journaliste|professeur|frère|sœur|fils
    |fille|père|mère|épouse|mari|femme|général|capitaine|abbé|sculpteur|astronaute|cycliste
    |actor|actriz|cantante|director|directora|escritor|escritora|poeta|pintor|pintora|compositor|compositora|físico
    |física|químico|matemático|filósofo|historiador|historiadora|político|presidente|presidenta|ministro|ministra
    |alcalde|alcaldesa|rey|reina|emperador|emperatriz|papa|obispo|arzobispo|duque|duquesa|conde|condesa|príncipe|princesa
    |infanta|entrenador|futbolista|jugador|delantero|portero|arquitecto|médico|ingeniero|abogado|abogada|periodista
    |profesor|profesora|hermano|hermana|hijo|hija|padre|madre|esposa|esposo|marido|ciclista|tenista|piloto
    |attore|attrice|cantautore|regista|scrittore|scrittrice|pittore|pittrice|compositore|fisico|chimico
    |matematico|filosofo|storico|presidentessa|sindaco|sindaca|re|regina|imperatore|imperatrice|vescovo|duca|duchessa
    |conte|contessa|principe|principessa|allenatore|calciatore|giocatore|attaccante|portiere|architetto|medico|ingegnere
    |avvocato|giornalista|professore|professoressa|fratello|sorella|figlio|figlia|moglie|marito|generale|capitano|soprano
    |zanger|zangeres|regisseuse|schrijver|schrijfster|dichteres|schilder|schilderes|componist
    |componiste|natuurkundige|scheikundige|wiskundige|filosoof|historicus|politicus|premier
    |minister-president|burgemeester|koning|koningin|keizer|keizerin|paus|bisschop|hertog|hertogin|graaf|gravin|prins
    |prinses|coach|bondscoach|voetballer|speler|doelman|spits|arts|advocaat|advocate|hoogleraar
    |broer|zus|zoon|dochter|vader|moeder|echtgenote|echtgenoot|vrouw|wielrenner|wielrenster|acteurs|actrices|generaal
    |kapitein|beeldhouwer|cabaretier
    """
)
"""What somebody is, before whose name it stands in German, French, Spanish, Italian and Dutch."""

PLACES_AND_THINGS: Final = phrases(
    """
    straße|platz|insel|fluss|stadt|gemeinde|dorf|landkreis|kreis|berg|schloss|burg|museum|firma|marke|band|gruppe|verein
    |zeitschrift|zeitung|universität|schule|krankenhaus|stiftung|verlag|unternehmen|konzern|krater|asteroid|schiff
    |rue|avenue|boulevard|place|quai|pont|gare|île|fleuve|rivière|ville|commune|village|quartier|mont|château|musée|société
    |entreprise|marque|groupe|club|revue|journal|université|lycée|collège|école|hôpital|fondation|éditions|cratère|navire
    |stade|prix|théâtre|opéra|aéroport|station|port|métro|théorème
    |calle|avenida|plaza|paseo|puente|estación|isla|río|ciudad|municipio|pueblo|barrio|sierra|castillo|museo|empresa
    |marca|banda|grupo|revista|periódico|diario|universidad|instituto|colegio|escuela|fundación|editorial|cráter|buque
    |estadio|premio|teatro|ópera|aeropuerto|puerto|teorema
    |via|viale|piazza|corso|ponte|stazione|isola|fiume|città|comune|borgo|monte|castello|azienda|ditta|società
    |marchio|gruppo|rivista|giornale|università|liceo|scuola|ospedale|fondazione|cratere|nave
    |stadio|aeroporto|galleria|istituto|palazzo|villa
    |straat|plein|brug|eiland|rivier|gemeente|wijk|kasteel|bedrijf|merk|groep|tijdschrift|krant
    |universiteit|school|ziekenhuis|stichting|uitgeverij|schip|stadion|prijs|schouwburg|luchthaven|haven
    """
)
"""What is called after somebody, before the name."""

STREETS: Final = phrases("straße|strasse|gasse|platz|allee|straat|laan|gracht|plein|kade|singel|steeg|brug|brücke")
"""How a word ends that is a street after somebody: `Roostraat`."""

PARTS_OF_PAPERS: Final = listed(
    """
    anlage anhang titel kapitel abschnitt teil band buch tabelle abbildung phase stufe klasse gruppe typ basel weltkrieg
    annexe titre chapitre section partie tome livre tableau figure classe groupe type bâle vatican
    anexo título capítulo sección parte tomo libro tabla figura fase clase grupo tipo basilea vaticano
    allegato titolo capo capitolo sezione tabella livello categoria
    bijlage hoofdstuk afdeling deel boek tabel figuur klasse groep bazel categorie niveau
    """
)
"""What has a numeral and is no king: `Titel IV`."""

CALENDAR: Final = listed(
    """
    januar jänner februar märz april mai juni juli august september oktober november dezember montag dienstag mittwoch
    donnerstag freitag samstag sonntag janvier février mars avril juin juillet août septembre octobre novembre décembre
    lundi mardi mercredi jeudi vendredi samedi dimanche enero febrero marzo abril mayo junio julio agosto septiembre
    octubre noviembre diciembre lunes martes miércoles jueves viernes sábado domingo gennaio febbraio aprile maggio
    giugno luglio settembre ottobre novembre dicembre lunedì martedì mercoledì giovedì venerdì sabato domenica januari
    februari maart mei augustus december maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    """
)
"""Days and months, which begin sentences and are hardly ever somebody."""

DETERMINERS: Final = phrases(
    """
    der|die|das|dem|den|des|ein|eine|einen|einem|einer|eines|kein|keine|keinen|diese|dieser|dieses|diesem|diesen|jede
    |jeder|jedes|jeden|alle|allen|aller|mehrere|viele|beide|zwei|drei|pro|im|am|vom|zum|zur|beim|ins|ihre|ihren
    |seine|seinen|deren|welche|le|la|les|un|une|du|au|aux|ce|cet|cette|ces|chaque|el|los|las|una|al|del|este|esta|cada
    |il|l|all|dall|dell|nell|sull|lo|i|gli|nel|nella|nei|sul|sulla|dal|dalla|della|dei|delle|questo|questa|ogni|het
    |een|deze|dit|elke|geen
    """
)
"""Words before a thing, and before a word for somebody (`der Löwe`), not before a name."""

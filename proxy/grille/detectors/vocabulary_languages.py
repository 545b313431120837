"""What the languages that are read are known by: their small words, and how they spell.

A third part of `vocabulary`, split off for its length. This module must not hold logic.
"""

from __future__ import annotations

from typing import Final


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP_WORDS: Final = {
    "en": _listed(
        """
        the and of to is was are for with that this have has not you your from be will please on at by it in he she they
        we i me my her his our us their but or as if so do did can could would should were been out up about into when
        who what which there here all more just get got met an had him than then them these those also
        """
    ),
    "de": _listed(
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
    "fr": _listed(
        """
        le les des du et est une pour dans que qui avec sur par pas vous nous au aux ce cette ces sont été étaient
        était il elle ils elles je tu votre notre leur leurs mon ma mes son sa ses la un mais où donc sans sous entre
        chez même très plus moins aussi bien être avoir ai as avait ont fait peut pouvez hier demain selon après
        bonjour salut madame monsieur si ne quel quelle quand comment encore dont de en se vos nos fut furent née né
        naît deux trois pendant depuis ainsi lors dès vers puis avant contre plusieurs autres là devient également
        chaque
        """
    ),
    "es": _listed(
        """
        el los las y es una para con por del que se su sus al lo más como fue está están ha han son pero no en la un
        usted ya sin sobre entre hasta desde donde cuando quien quién quiénes cómo qué esto esta este estos estas mi
        mis tu tus nos les le él ella ellos hay había estaba ser tiene tengo todo todos muy también ayer hoy mañana
        hola según señor señora otra otro porque durante mientras todavía de nació murió años año hijo hija dos tres
        después antes primera primer contra fueron era siendo cada varios así ante
        """
    ),
    "it": _listed(
        """
        il lo gli e è una per con del della dei delle degli dello che di si non sono nel nella nei al alla alle agli
        da dal dalla come ha hai hanno ho più questo questa quello quella la le un uno in ma se mi ti ci lui lei loro
        noi voi io suo sua mio mia era erano essere avere anche ancora già molto tutti tutto senza tra fra sul sulla
        chi cosa quando dove perché mentre secondo ieri oggi domani ciao signora signor i fu furono nacque morì venne
        vennero ai sui suoi sue dopo fino verso cui così può deve stato stata stati anni anno tre figlia figlio prima
        durante presso ed ad fece poi questi
        """
    ),
    "nl": _listed(
        """
        de het een en van is niet voor op dat die zijn te aan bij ook wordt worden werd heeft heb hebben hebt naar uit
        ik wij uw in je jij hij zij hun haar maar want dus tussen tegen tot zonder met nog wel geen waren kan kunnen
        kunt moet moeten zal zou deze dit wie waar wanneer hoe waarom volgens gisteren vandaag morgen hoi hallo
        mevrouw meneer meer veel nu als om er onze ons nooit alle door achter na toen eerste tweede sinds vanaf binnen
        samen jaar jaren twee drie ging geboren naast andere nadat totdat omdat hem hen zich zelf iets niets alles
        mijn jouw jullie ben
        """
    ),
    "pt": _listed(
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
    "fr": _listed("l d j m n s t c qu jusqu lorsqu"),
    "it": _listed("l d un c all dall dell nell sull coll quell quest"),
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

"""What countries and the keys of addresses are called, in the languages that are read.

A third part of `vocabulary`, split off for its length. Written with their capitals. The names are those that
the geographical data of `phonenumbers` has; importing those costs 170 MB. This module must not hold logic.
"""

from __future__ import annotations

from typing import Final

from grille.detectors.words import phrases

COUNTRIES: Final = frozenset(
    phrases(
        """
    Afghanistan|Albania|Algeria|American Samoa|Andorra|Angola|Anguilla|Antarctica|Antigua and Barbuda|Argentina
    |Armenia|Aruba|Australia|Austria|Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin
    |Bermuda|Bhutan|Bolivia|Bonaire, Sint Eustatius and Saba|Bosnia and Herzegovina|Botswana|Bouvet Island|Brazil
    |British Indian Ocean Territory|British Virgin Islands|Brunei|Bulgaria|Burkina Faso|Burma|Burundi|Cambodia
    |Cameroon|Canada|Cape Verde|Cayman Islands|Central African Republic|Chad|Chile|China|Christmas Island
    |Cocos Islands|Colombia|Comoros|Congo|Cook Islands|Costa Rica|Croatia|Cuba|Curaçao|Cyprus|Czech Republic
    |Côte d'Ivoire|Democratic Republic of the Congo|Denmark|Djibouti|Dominica|Dominican Republic|East Timor|Ecuador
    |Egypt|El Salvador|England|Equatorial Guinea|Eritrea|Estonia|Ethiopia|Falkland Islands|Faroe Islands
    |Federated States of Micronesia|Fiji|Finland|France|French Guiana|French Polynesia|French Southern Territories
    |Gabon|Gambia|Georgia|Germany|Ghana|Gibraltar|Great Britain|Greece|Greenland|Grenada|Guadeloupe|Guam|Guatemala
    |Guernsey|Guinea|Guinea-Bissau|Guyana|Haiti|Heard Island And McDonald Islands|Honduras|Hong Kong|Hungary|Iceland
    |India|Indonesia|Iran|Iraq|Ireland|Isle Of Man|Israel|Italy|Ivory Coast|Jamaica|Japan|Jersey|Jordan|Kazakhstan
    |Kenya|Kingdom of the Netherlands|Kiribati|Kuwait|Kyrgyzstan|Laos|Latvia|Lebanon|Lesotho|Liberia|Libya
    |Liechtenstein|Lithuania|Luxembourg|Macao|Macedonia|Madagascar|Malawi|Malaysia|Maldives|Mali|Malta
    |Marshall Islands|Martinique|Mauritania|Mauritius|Mayotte|Mexico|Micronesia|Moldova|Monaco|Mongolia|Montenegro
    |Montserrat|Morocco|Mozambique|Myanmar|Namibia|Nauru|Nepal|Netherlands|Netherlands Antilles|New Caledonia
    |New Zealand|Nicaragua|Niger|Nigeria|Niue|Norfolk Island|North Korea|Northern Mariana Islands|Norway|Oman
    |Pakistan|Palau|Palestine|Panama|Papua New Guinea|Paraguay|People's Republic of China|Peru|Philippines|Pitcairn
    |Poland|Portugal|Puerto Rico|Qatar|Republic of Ireland|Reunion|Romania|Russia|Rwanda|Saint Barthélemy
    |Saint Helena|Saint Kitts And Nevis|Saint Kitts and Nevis|Saint Lucia|Saint Martin|Saint Pierre And Miquelon
    |Saint Vincent And The Grenadines|Saint Vincent and the Grenadines|Samoa|San Marino|Sao Tome And Principe
    |Sao Tome and Principe|Saudi Arabia|Scotland|Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia
    |Solomon Islands|Somalia|South Africa|South Georgia And The South Sandwich Islands|South Korea|South Sudan|Spain
    |Sri Lanka|Sudan|Suriname|Svalbard And Jan Mayen|Swaziland|Sweden|Switzerland|Syria|Taiwan|Tajikistan|Tanzania
    |Thailand|The Democratic Republic Of Congo|Timor-Leste|Togo|Tokelau|Tonga|Trinidad and Tobago|Tunisia|Turkey
    |Turkmenistan|Turks And Caicos Islands|Tuvalu|U.K.|U.S. Virgin Islands|U.S.A.|UK|USA|Uganda|Ukraine
    |United Arab Emirates|United Kingdom|United States|United States Minor Outlying Islands|Uruguay|Uzbekistan
    |Vanuatu|Vatican|Venezuela|Vietnam|Wales|Wallis And Futuna|Western Sahara|Yemen|Zambia|Zimbabwe|Åland Islands
    """
    )
)
"""In English, with some of their older and longer names."""

COUNTRIES_ELSEWHERE: Final = frozenset(
    phrases(
        """
    Afrique du Sud|Alemanha|Alemania|Algerien|Algerije|Algérie|Allemagne|Arabia Saudita|Arabie Saoudite|Argelia
    |Argentine|Argentinien|Argentinië|Argélia|Arábia Saudita|Australie|Australien|Australië|Austrália|Autriche
    |Belgien|Belgio|Belgique|België|Brasile|Brasilien|Brazilië|Brésil|Bulgarie|Bulgarien|Bulgarije|Bulgária|Bélgica
    |Canadá|Chequia|Chili|Chine|Cile|Colombie|Colômbia|Corea del Sur|Coreia do Sul|Corée du Sud|Croacia|Croatie
    |Croazia|Croácia|Danemark|Danimarca|Denemarken|Deutschland|Duitsland|Dänemark|Egipto|Egito|Egitto|Egypte
    |Emirados Árabes Unidos|Emirati Arabi Uniti|Emiratos Árabes Unidos|Emirats Arabes Unis|Eslovaquia|Eslovenia
    |Eslováquia|Eslovênia|Espagne|Espanha|España|Estados Unidos|Estland|Estonie|Estônia|Etats-Unis|Finlande
    |Finlandia|Finlândia|Finnland|Francia|Frankreich|Frankrijk|Germania|Giappone|Grecia|Griechenland|Griekenland
    |Grèce|Grécia|Holanda|Hongarije|Hongrie|Hungria|Hungría|IJsland|Ierland|Inde|Indien|Irland|Irlande|Island
    |Islanda|Islande|Islandia|Islândia|Israele|Israël|Italia|Italie|Italien|Italië|Itália|Japon|Japão|Japón|Kanada
    |Kolumbien|Kroatien|Kroatië|Letland|Letonia|Lettland|Lettonia|Lettonie|Letônia|Litauen|Lithuanie|Litouwen
    |Lituania|Lituânia|Lussemburgo|Luxemburgo|Maroc|Marocco|Marokko|Marrocos|Marruecos|Messico|Mexiko|Mexique|México
    |Nederland|Neuseeland|Niederlande|Nieuw-Zeeland|Noorwegen|Norvegia|Norvège|Norwegen|Nouvelle-Zélande
    |Nova Zelândia|Nueva Zelanda|Nuova Zelanda|Oekraïne|Oostenrijk|Paesi Bassi|Pays-Bas|Perù|Polen|Pologne|Polonia
    |Polônia|Portogallo|Pérou|Regno Unito|Reino Unido|Repubblica Ceca|República Tcheca|Roemenië|Romênia|Roumanie
    |Royaume-Uni|Rumania|Rumänien|Rusia|Rusland|Russie|Russland|République Tchèque|Saoedi-Arabië|Saudi-Arabien
    |Schweden|Schweiz|Slovacchia|Slovaquie|Slovenië|Slovénie|Slowakei|Slowakije|Slowenien|Spagna|Spanien|Spanje
    |Stati Uniti|Sudafrica|Sudáfrica|Suecia|Suisse|Suiza|Suède|Suécia|Suíça|Svezia|Svizzera|Südafrika|Südkorea
    |Tschechische Republik|Tsjechië|Tunesien|Tunesië|Tunisie|Turchia|Turkije|Turquie|Turquía|Túnez|Türkei|Ucraina
    |Ucrania|Ucrânia|Ungarn|Ungheria|Vereinigte Arabische Emirate|Vereinigte Staaten von Amerika
    |Vereinigtes Königreich|Verenigd Koninkrijk|Verenigde Arabische Emiraten|Verenigde Staten|Zuid-Afrika|Zuid-Korea
    |Zweden|Zwitserland|África do Sul|Áustria|Ägypten|Österreich
    """
    )
)
"""In German, French, Spanish, Italian, Dutch and Portuguese, those that trade most with their speakers."""

ADDRESS_LABELS: Final = (
    *("address", "registered office", "anschrift", "adresse", "dirección", "direccion", "indirizzo", "adres"),
    *("endereço", "endereco", "residence", "domicile", "domicilio", "residencia", "residenza", "wohnsitz", "addr"),
)
"""Keys whose value is a postal address, if it has words and a number."""

STREET_LABELS: Final = ("street", "strasse", "straße", "calle", "rua", "straat")
"""Keys whose value is a street, with or without a number."""

POSTCODE_LABELS: Final = (
    *("postcode", "post code", "postal code", "zip", "zip code", "zipcode", "plz", "postleitzahl", "code postal"),
    *("código postal", "codigo postal", "pst cd"),
)
"""Keys whose value is a postcode."""

TOWN_LABELS: Final = (
    *("city", "city name", "town", "town name", "twn nm", "locality", "municipality", "suburb", "stadt", "ville"),
    *("ciudad", "città", "citta", "cidade", "miasto", "place of birth", "birth place", "wohnort", "geburtsort"),
    *("localidad", "comune", "gemeente", "woonplaats", "lieu de naissance", "lugar de nacimiento"),
)
"""Keys whose value is the name of a town, whatever it is called."""

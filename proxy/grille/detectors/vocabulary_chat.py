"""Words that only those use who write as they talk: what tells chat from letters and reports (`chat`).

None may be a word, an abbreviation or a unit of business prose or a program. This module must not hold anything but
words.
"""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CHAT_WORDS: Final = _words(
    "2day 2moro 2nite 4eva 4ever aint aww bday bestie bffs brb bro bruh btw cant coz cuz cya dang dawg didnt doesnt "
    "doin dont dope dude dunno fam fave finna fml frfr gimme goin gonna gosh gotta gr8 gud hafta haha hahaha hahahaha "
    "hbd hehe hella hmu icymi idc idk ikr ily im imho imma innit irl isnt ive jeez jk jst kinda lemme lil lmao lmaooo "
    "lmfao lol lolz luv nah nite nope nvm omfg omg omw oof outta pls plz ppl rip rofl selfie shoulda shoutout smh "
    "sorta stoked swag tbh tfw thx tmrw tmw tonite tryna ttyl ugh ur wanna wasnt wassup watchin whatcha wont wtf "
    "wth wyd xoxo xx xxx y'all ya yall yay yea yeah yikes yo yolo yum yup"
)
I_DO: Final = _words(
    "also am can could did do feel felt get got guess had hate have hope just knew know like literally love mean miss "
    "need never really saw see still swear think thought want was will wish would"
)
"""What somebody says of himself with a small letter."""

"""grille: lets the words through, keeps the numbers in.

A data-loss-prevention proxy for AI endpoints. The house has floors, and imports only go down:

    cli/          5  grille run, check, test, scan, explain, demo, …
    addon/        4  mitmproxy; nothing below knows it
    engine.py     3  one message in, a verdict and the bytes to forward out: start reading here
    shadow.py     3  what looks like AI at a host that no endpoint names
    stream.py     3  the same for an answer that comes in pieces: channels.py, held.py, watching.py, waiting.py
    once.py       3  what was judged once is not judged again: texts, and in outlines.py documents in strings
    opening.py    3  files in a message: whoever calls the engine says where they are opened
    lasting.py    3  tokens and counts of earlier exchanges: whoever calls the engine says where they are kept
    dialects/     2  where each wire format keeps its words
    detectors/    2  where in the words something stands
    policy/       2  what becomes of it, and which line of YAML says so
    actions/      2  what is written in its place
    tokens.py     2  tokens that can be swapped back
    sinks/        2  what is recorded: never a value
    framing/      1  bytes and frames
    documents/    1  files opened: what is in them, and what nobody can read
    exchange.py   0  the types, in the order in which they are born
    declared.py   0  what a request says about itself: flags, and what is kept
    files.py      0  files that ride in messages
    entities.py providers.py reach.py record.py aside.py errors.py

The five-minute walk is the docstring of `engine.py`.
"""

__version__ = "0.1.0"

"""mitmproxy: the only room that imports it. Start reading at `addon.py`, which has the hooks.

    run.py         the entry: settings, a start-up self-test, a clean stop
    mitmdump.py    the same addon under stock mitmdump
    addon.py       the hooks, as a list of steps
    guard.py       whatever goes wrong in one of them ends in a refusal
    intake.py      a flow as an exchange and a message, and back; destination.py: where it goes
    identity.py    who speaks; claims.py: what a JWT says
    refusal.py     what a caller sees instead of an answer
    workers.py     detection in other processes; nursery.py and finding.py are those processes
    layers.py      what mitmproxy's HTTP layers must do otherwise; offer.py: the handshake with upstreams
    options.py     the options of mitmproxy that would let something past
    recorded.py    flow dumps and HAR files

Nothing here decides what may pass: `engine.py` does. This room must not keep, log or show what it carries.
"""

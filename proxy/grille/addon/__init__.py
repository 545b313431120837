"""mitmproxy: the only room that imports it. Start reading at `addon.py`, which has the hooks.

    run.py         the entry: settings.py, start, a clean stop; early.py: what is begun before it; rehearsal.py: the
                   self-test at the start
    supervisor.py  several of them on one port; supervised.py is one of several, cradle.py what they are forked from,
                   proxies.py: what is known of them
    stack.py       mitmproxy as grille runs it; lean.py: what of it can go
    mitmdump.py    the same addon under stock mitmdump
    addon.py       the hooks of messages, as a list of steps; passing.py: those of streams, sockets.py: of WebSockets,
                   connections.py, only_http.py: all others; distrust.py: clients that do not take the certificate
    guard.py       whatever goes wrong in one of them ends in a refusal
    intake.py      a flow as an exchange and a message, and back; destination.py: where it goes
    signed.py      heads that their sender signed go on as they came, or not at all
    identity.py    who speaks; claims.py: what a JWT says
    answers.py     records first, then what the caller sees; refusal.py, failing.py: in which words;
                   heads.py: where the records end
    workers.py     detection in other processes; nursery.py and finding.py are those processes, pools.py: which there
                   are, ancestors.py: what is forked, seen from outside;
                   replies.py: what is believed of what they say
    telemetry.py   records and spans to a collector; tracing.py: where an exchange begins and ends
    health.py      probes and metrics, vitals.py: what they tell; leaving.py: clients asked to connect elsewhere
    authority.py   the CA: made, taken over, changed for another; pac.py: which hosts go through the proxy
    handler.py     the sockets of a client; chaining.py: another proxy on the way to upstreams
    layers.py      what mitmproxy's layers must do otherwise; offer.py: the handshake with upstreams,
                   pinning.py: and whom they are known by; alerts.py: when they end it
    streams.py     answers that are judged in pieces; websockets.py: messages; pieces.py: what the hooks that
                   judge them are given; backlog.py, http2.py: reading no faster than judging
    options.py     the options of mitmproxy that would let something past; journal.py: its log, without words
    state.py       the CA, the key and the audit file, for their owner alone
    recorded.py    flow dumps and HAR files, for the dry run

Nothing here decides what may pass: `engine.py` does. This room must not keep, log or show what it carries.
"""

from live import *
from upstream import RecordingUpstream, answer
def test_try(folder):
    with RecordingUpstream([answer({"choices":[{"message":{"content":"ok"}}]})]) as up, Live(folder, up.port, up.ca_file) as live:
        s=live.post(chat("Why was 4111 1111 1111 1111 declined?"))
        print(s); print(up.received.decode()); print(live.records(), up.snis)
        s=live.post(chat("SSN 219-09-9999"))
        print(s, len(up.requests))
        assert 0

import sys; sys.path.insert(0,'/work/main/tests/addon')
from test_layers import *
import mitmproxy.proxy.server as srv
def test_dbg(folder, monkeypatch):
    orig_close=srv.ConnectionHandler.close_connection
    def close(self, connection, half=False):
        print('close_connection', type(connection).__name__, connection.id[-4:], half, connection.state); orig_close(self, connection, half)
    monkeypatch.setattr(srv.ConnectionHandler,'close_connection',close)
    orig=srv.ConnectionHandler.handle_connection
    async def hc(self, connection):
        print('handle', type(connection).__name__, connection.id[-4:])
        try: await orig(self, connection)
        except BaseException as e: print('ended', type(connection).__name__, connection.id[-4:], repr(e), connection in self.transports); raise
        else: print('ended normally', type(connection).__name__,connection.id[-4:])
    monkeypatch.setattr(srv.ConnectionHandler,'handle_connection',hc)
    bodies = [json.dumps(chat(text)).encode() for text in (f"Card {CARD}", "SSN 219-09-9999", "hello")]
    with RecordingUpstream(lambda _: REPLY) as up, Live(folder, up.port, up.ca_file) as live:
        seen = over_h2(live, bodies)
    assert 0

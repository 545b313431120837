"""Everything that is not HTTP is closed, and stays closed.

The options already keep raw TCP, UDP and QUIC out, and an upgrade is refused before it happens; but
mitmproxy takes whatever goes to port 53 for DNS, and a later version may find other ways. WebSocket has
its hooks here until it can be judged.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from mitmproxy import dns, flow, http, tcp, udp

from grille.addon.guard import Failure, Subject, guarded
from grille.addon.refusal import Answer


class OnlyHttp(ABC):
    """The hooks of all other protocols."""

    @abstractmethod
    def not_http(self, flow: flow.Flow) -> None:
        """Close `flow` and record it."""

    @abstractmethod
    def failure_answer(self, subject: Subject, failure: Failure) -> Answer | None:
        """See `guard.Guarded`."""

    @abstractmethod
    def failure_record(self, subject: Subject, failure: Failure) -> None:
        """See `guard.Guarded`."""

    @guarded
    def tcp_start(self, flow: tcp.TCPFlow) -> None:
        self.not_http(flow)

    @guarded
    def tcp_message(self, flow: tcp.TCPFlow) -> None:
        self.not_http(flow)

    @guarded
    def udp_start(self, flow: udp.UDPFlow) -> None:
        self.not_http(flow)

    @guarded
    def udp_message(self, flow: udp.UDPFlow) -> None:
        self.not_http(flow)

    @guarded
    def dns_request(self, flow: dns.DNSFlow) -> None:
        self.not_http(flow)

    @guarded
    def dns_response(self, flow: dns.DNSFlow) -> None:
        self.not_http(flow)

    @guarded
    def websocket_start(self, flow: http.HTTPFlow) -> None:
        self.not_http(flow)

    @guarded
    def websocket_message(self, flow: http.HTTPFlow) -> None:
        self.not_http(flow)

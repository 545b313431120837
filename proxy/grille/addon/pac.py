"""A proxy auto-configuration file: which hosts a browser or a desktop application reaches through the proxy.

Only hosts that the policy names go there; everything else goes as it went before, unseen. There is no way around
for those hosts: when the proxy is down they are not reached.

This module must not name a host that no policy names.
"""

from __future__ import annotations

import json

from grille.addon.destination import Address, written
from grille.policy import Policy

CONTENT_TYPE = "application/x-ns-proxy-autoconfig"


def pac(policy: Policy, proxy: Address) -> bytes:
    """The file, for clients that reach the proxy at `proxy`."""
    patterns = {pattern for endpoint in policy.endpoints.values() for pattern in endpoint.hosts}
    exact = sorted({pattern.host for pattern in patterns if "*" not in pattern.host})
    globs = sorted({f"^{pattern.expression}$" for pattern in patterns if "*" in pattern.host})
    where = f"PROXY {written(proxy)}"
    return f"""function FindProxyForURL(url, host) {{
  host = host.toLowerCase().replace(/\\.$/, "");
  if ({json.dumps(exact)}.indexOf(host) >= 0) return {json.dumps(where)};
  var globs = {json.dumps(globs)};
  for (var i = 0; i < globs.length; i++) if (new RegExp(globs[i]).test(host)) return {json.dumps(where)};
  return "DIRECT";
}}
""".encode()

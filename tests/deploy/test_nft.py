"""The rules that ship, in a kernel: an application that knows nothing of a proxy goes through it, and around it
nothing goes.

Everything is in network namespaces of the test's own. The application and the provider are in the roles of a pod and
of the internet; the proxy is `grille run --mode transparent`, as a user of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import namespaces
import pytest
import sdks
from namespaces import APP_UID, PORT, PROXY_UID, READS, Namespaces, as_user, rules, run_as

import engines
from engines import CARD
from grille.addon import authority
from grille.addon.state import State
from grille.cli.inject.sidecar import of_grade

REASON = namespaces.missing()
pytestmark = [
    pytest.mark.skipif(bool(REASON), reason=REASON or "runs"),
    pytest.mark.timeout(120),
    pytest.mark.xdist_group("nft"),
]
HOST, PATH = "api.openai.com", "/v1/chat/completions"
BODY = json.dumps({"model": "m", "messages": [{"role": "user", "content": f"Card {CARD}"}]})


@dataclass(frozen=True)
class Scene:
    """`app` is the namespace of the application, `received` what the provider was sent, `address` where it is."""

    app: str
    folder: Path
    proxy: subprocess.Popen[str]
    four: str
    six: str

    @property
    def received(self) -> str:
        file = self.folder / "provider" / "received"
        return file.read_text() if file.exists() else ""

    def curl(self, address: str, *more: str, uid: int = APP_UID, ca: str = "ours.pem", scheme: str = "https") -> str:
        """A call that knows of no proxy; the status and what else curl says."""
        port = 443 if scheme == "https" else 80
        where = f"{HOST}:{port}:{address}"
        said = ["-sS", "-m", "10", "-o", os.devnull, "-w", "%{http_code} %{http_version} %{ssl_verify_result}"]
        return run_as(
            self.app, uid, "curl", *said, "--noproxy", "*", "--cacert", str(self.folder / ca), "--resolve", where,
            *more, "-H", "Content-Type: application/json", "-d", BODY, f"{scheme}://{HOST}{PATH}",
        )  # fmt: skip


def prepared(folder: Path, policy: str) -> list[str]:
    """Policy, state and CA, for the proxy's user; the arguments of `grille run`."""
    engines.engine(folder, policy)
    folder.chmod(0o755)
    for file in folder.glob("*.yaml"):
        file.chmod(0o644)
    state = State(folder / "state")
    authority.make(state)
    readable(folder / "ours.pem", authority.ours(state))
    readable(folder / "bundle.pem", authority.bundle(state))
    for path in (state.directory, *state.directory.iterdir()):
        os.chown(path, PROXY_UID, PROXY_UID)
    return ["--policy", str(folder / "policy.yaml"), "--state", str(state.directory), "--mode", "transparent",
            "--upstream-ca", str(folder / "ca.pem"), "--detectors", "1"]  # fmt: skip


def settled(folder: Path, provider: Path) -> None:
    readable(folder / "ca.pem", (provider / "ca.pem").read_text())


def readable(file: Path, text: str) -> None:
    """For other users, whatever the umask is."""
    file.write_text(text)
    file.chmod(0o644)


@pytest.fixture(scope="module")
def pod() -> Iterator[Scene]:
    """An application and the proxy in one namespace, as in a pod; the provider in another."""
    with TemporaryDirectory(prefix="grille-pod-") as name, Namespaces() as made:
        folder = Path(name)
        inside, outside = made.add("pod"), made.add("net")
        made.cable(1, inside, outside)
        # A redirected connection keeps the address of the pod: loopback is where it arrives, and not where it is from.
        arguments = prepared(folder, sdks.POLICY.replace("NETWORKS", "10.77.1.0/24, 'fd77:1::/64'"))
        settled(folder, made.provider(outside, folder / "provider", sdks.HOSTS))
        rules(inside, "sidecar.nft", proxy_uid=PROXY_UID, proxy_port=PORT)
        there = [f"--resolve={host}:443:10.77.1.2:443" for host in sdks.HOSTS] + [f"--resolve={HOST}:80:10.77.1.2:80"]
        proxy = made.proxy(inside, [*arguments, "--listen", f"localhost:{PORT}", *there])
        yield Scene(inside, folder, proxy, "10.77.1.2", "[fd77:1::2]")


@pytest.mark.parametrize("family", ["four", "six"])
@pytest.mark.parametrize(("version", "number"), [("--http1.1", "1.1"), ("--http2", "2")])
def test_a_call_that_knows_of_no_proxy_is_intercepted_and_rewritten(
    pod: Scene, family: str, version: str, number: str
) -> None:
    before = pod.received.count("CREDIT_CARD_")
    assert pod.curl(getattr(pod, family), version) == f"200 {number} 0"
    assert pod.received.count("CREDIT_CARD_") == before + 1
    assert CARD not in pod.received


def test_every_official_sdk_trusts_it_and_is_answered(pod: Scene) -> None:
    """Of an application that has the sidecar's variables, and knows nothing else of a proxy. In one process, because
    they take long to load."""
    names = {"/etc/grille-trust/bundle.pem": "bundle.pem", "/etc/grille-trust/ours.pem": "ours.pem"}
    told = [f"{each['name']}={pod.folder / names[str(each['value'])]}" for each in of_grade("redirect").env]
    (pod.folder / "hosts").write_text("".join(f"10.77.1.2 {host}\n" for host in sdks.HOSTS))
    needed = [f"PATH={os.environ['PATH']}", f"PYTHONPATH={os.pathsep.join(sys.path)}", f"HOME={pod.folder}"]
    script = f'mount --bind {pod.folder}/hosts /etc/hosts && exec "$@"'  # of the mounts that `ip netns exec` makes
    done = subprocess.run(
        ["ip", "netns", "exec", pod.app, "sh", "-c", script, "sh", *as_user(APP_UID, *READS),
         "env", "-i", *needed, *told, sys.executable, sdks.__file__],
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said == dict.fromkeys(sdks.NAMES, f"I read {CARD} and no more.")
    assert pod.received.count("CREDIT_CARD_") >= len(sdks.NAMES)
    assert CARD not in pod.received


def test_without_tls_it_is_intercepted_too(pod: Scene) -> None:
    assert pod.curl(pod.four, scheme="http").startswith("200 1.1")
    assert CARD not in pod.received


def test_a_client_that_was_not_told_of_the_ca_sends_nothing(pod: Scene) -> None:
    before = pod.received
    assert "certificate" in pod.curl(pod.four, ca="ca.pem")
    assert pod.received == before


def test_a_host_that_no_endpoint_names_is_refused(pod: Scene) -> None:
    said = run_as(
        pod.app, APP_UID, "curl", "-sS", "-m", "10", "-o", os.devnull, "-w", "%{http_code}", "--cacert",
        str(pod.folder / "ours.pem"), "--resolve", f"unknown.example:443:{pod.four}", "-d", BODY, "https://unknown.example/",
    )  # fmt: skip
    assert said == "403"


def test_quic_is_refused_at_once(pod: Scene) -> None:
    script = f"exec 3<>/dev/udp/{pod.four}/443; echo {CARD} >&3 && echo sent"
    said = run_as(pod.app, APP_UID, "bash", "-c", script)
    assert "not permitted" in said or "denied" in said
    assert "sent" not in said.split()


def test_who_calls_the_port_itself_is_refused_and_makes_no_circle(pod: Scene) -> None:
    for address in ("127.0.0.1", "[::1]", "10.77.1.1"):
        said = run_as(pod.app, APP_UID, "curl", "-sS", "-m", "5", f"http://{address}:{PORT}/")
        assert "Failed to connect" in said or "Couldn't connect" in said or "reset" in said, said


def test_without_the_guards_such_a_call_is_closed_and_makes_no_circle_either(pod: Scene) -> None:
    namespaces.do("ip", "netns", "exec", pod.app, "nft", "flush", "chain", "inet", "grille", "guard_leaving")
    namespaces.do("ip", "netns", "exec", pod.app, "nft", "flush", "chain", "inet", "grille", "guard_coming")
    try:
        said = run_as(pod.app, APP_UID, "curl", "-sS", "-m", "5", "--noproxy", "*", f"http://127.0.0.1:{PORT}/")
        assert "Empty reply" in said or "reset" in said, said
        assert len(list(Path(f"/proc/{_grille(pod)}/fd").iterdir())) < 60
    finally:
        namespaces.do("ip", "netns", "exec", pod.app, "nft", "delete", "table", "inet", "grille")
        rules(pod.app, "sidecar.nft", proxy_uid=PROXY_UID, proxy_port=PORT)


def _grille(pod: Scene) -> int:
    """`ip netns exec` and `setpriv` become the program that they start."""
    return pod.proxy.pid


def test_the_application_cannot_take_the_rules_away(pod: Scene) -> None:
    assert "not permitted" in run_as(pod.app, APP_UID, "nft", "delete", "table", "inet", "grille")


def test_the_proxys_own_user_passes_which_is_also_the_control_of_every_test_here(pod: Scene) -> None:
    assert CARD not in pod.received
    assert pod.curl(pod.four, uid=PROXY_UID, ca="ca.pem").startswith("200 ")
    assert CARD in pod.received, "unjudged, it arrives"


def test_when_the_proxy_is_down_nothing_goes_around_it(pod: Scene) -> None:
    pod.proxy.terminate()
    assert pod.proxy.wait(20) == 0
    before = pod.received
    for address in (pod.four, pod.six):
        said = pod.curl(address)
        assert "Failed to connect" in said or "Couldn't connect" in said, said
    assert pod.received == before


@pytest.fixture(scope="module")
def gateway() -> Iterator[Scene]:
    """A network, a gateway between it and the rest, and the provider."""
    with TemporaryDirectory(prefix="grille-gateway-") as name, Namespaces() as made:
        folder = Path(name)
        app, middle, outside = made.add("app"), made.add("gate"), made.add("far")
        made.cable(2, middle, app)
        made.cable(3, middle, outside)
        for family, hop, back in (("-4", "10.77.2.1", "10.77.3.1"), ("-6", "fd77:2::1", "fd77:3::1")):
            namespaces.do("ip", family, "-n", app, "route", "add", "default", "via", hop)
            namespaces.do("ip", family, "-n", outside, "route", "add", "default", "via", back)
        for key in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
            namespaces.do("ip", "netns", "exec", middle, "sysctl", "-qw", f"{key}=1")
        known = engines.POLICY.replace("match: anyone", "match: {network: [10.77.2.0/24, 'fd77:2::/64']}")
        arguments = prepared(folder, known)
        settled(folder, made.provider(outside, folder / "provider"))
        rules(middle, "gateway.nft", inside_interface="to2", proxy_port=PORT)
        proxy = made.proxy(middle, [*arguments, "--listen", f"*:{PORT}", "--resolve", f"{HOST}:443:10.77.3.2:443"])
        yield Scene(app, folder, proxy, "10.77.3.2", "[fd77:3::2]")


@pytest.mark.parametrize("family", ["four", "six"])
def test_a_gateway_intercepts_what_a_network_sends(gateway: Scene, family: str) -> None:
    assert gateway.curl(getattr(gateway, family)).startswith("200 ")
    assert "CREDIT_CARD_" in gateway.received
    assert CARD not in gateway.received


def test_a_gateway_lets_nothing_else_through(gateway: Scene) -> None:
    for where in ("10.77.3.2:8443", "[fd77:3::2]:8443", f"10.77.2.1:{PORT}", f"[fd77:2::1]:{PORT}"):
        said = run_as(gateway.app, APP_UID, "curl", "-sS", "-m", "4", "-k", f"https://{where}/")
        assert "Failed to connect" in said or "Couldn't connect" in said, said
    script = "exec 3<>/dev/udp/10.77.3.2/443; echo one >&3; sleep 0.2; echo two >&3 && echo sent"
    assert "sent" not in run_as(gateway.app, APP_UID, "bash", "-c", script).split()

"""The pod that ships, run by podman: `python deploy/kubernetes/play.py` (root; kubectl, nft, podman and the images).

What kustomize makes of overlays/redirect becomes a Pod, with as little changed as podman 4 needs: the native sidecar is
a container, since podman knows none; volumes are folders of this machine, probes and ports are left out. The
application is Python from grille's image, which asks a look-alike provider in a network namespace beside that of the
pod. Prints what was seen, and ends with 1 when anything was not as it should be. The images are those that
deploy/docker/build.sh makes; PODMAN_OPTIONS are for podman itself (--root, ...). This must change nothing of the
machine that it does not take back.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

TESTS = Path(__file__).parents[2] / "tests"
sys.path[:0] = [str(TESTS.parent / "proxy"), str(TESTS), str(TESTS / "deploy"), str(TESTS / "end_to_end")]

import rendering  # noqa: E402
from namespaces import Namespaces, run_as  # noqa: E402

from grille import __version__  # noqa: E402
from grille.addon import authority  # noqa: E402
from grille.addon.state import State  # noqa: E402

CARD, HOST, PROVIDER = "4111 1111 1111 1111", "api.openai.com", "10.77.6.2"
IMAGES = {
    f"registry.example/{name}:{__version__}": f"localhost/{name}:{__version__}"
    for name in ("grille", "grille-redirect")
}
APPLICATION = f"""\
import http.client, json, ssl, socket, sys, time, urllib.request
def ready():
    try:
        return urllib.request.urlopen("http://127.0.0.1:15021/readyz", timeout=1).status == 200
    except OSError:
        return False
while not ready():
    time.sleep(0.2)
raw = socket.create_connection(("{PROVIDER}", 443), 10)
connection = http.client.HTTPSConnection("{HOST}")
connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname="{HOST}")
body = json.dumps({{"model": "m", "messages": [{{"role": "user", "content": "Card {CARD}"}}]}})
connection.request("POST", "/v1/chat/completions", body, {{"Content-Type": "application/json"}})
reply = connection.getresponse()
print("ANSWER", reply.status, reply.read().decode(), flush=True)
time.sleep(600)
"""


def podman(*arguments: str, inside: str = "") -> subprocess.CompletedProcess[str]:
    # Not `ip netns exec`, which hides the control groups behind a /sys of its own.
    prefix = ["nsenter", f"--net=/run/netns/{inside}"] if inside else []
    command = [*prefix, "podman", *shlex.split(os.environ.get("PODMAN_OPTIONS", "")), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def inspected(name: str) -> Any:
    found = json.loads(podman("inspect", name).stdout or "[]")
    return found[0] if found else {}


def missing() -> str:
    """What keeps this from running here; empty when nothing does."""
    import namespaces

    if reason := namespaces.missing():
        return reason
    for tool in ("podman", "kubectl", "openssl"):
        if subprocess.run(["sh", "-c", f"command -v {tool}"], capture_output=True, check=False).returncode:
            return f"not installed: {tool}"
    lacking = [name for name in IMAGES.values() if podman("image", "exists", name).returncode]
    return f"no image here: {', '.join(lacking)} (deploy/docker/build.sh)" if lacking else ""


def secrets(folder: Path) -> Path:
    """The Secret and the ConfigMap of deploy/README.md, as folders."""
    state = State(folder / "first")
    authority.make(state)
    secret, trust = folder / "secret", folder / "trust"
    secret.mkdir()
    trust.mkdir()
    for verb, name in (("x509", "tls.crt"), ("pkey", "tls.key")):
        subprocess.run(
            ["openssl", verb, "-in", state.authority, "-out", secret / name], check=True, capture_output=True
        )
    (secret / "key").write_bytes(state.key())
    (trust / "bundle.pem").write_text(authority.bundle(state))
    (trust / "ours.pem").write_text(authority.ours(state))
    return folder


def volumes(spec: Any, policy: Any, folder: Path) -> list[Any]:
    """Each as a folder of this machine."""
    known = {"grille-authority": folder / "secret", "grille-trust": folder / "trust", "upstream": folder / "provider"}
    made = []
    for name in [*(each["name"] for each in spec["volumes"]), "upstream"]:
        path = known.get(name, folder / name)
        path.mkdir(exist_ok=True)
        if name == "grille-policy":
            for file, text in policy["data"].items():
                (path / file).write_text(text)
        for each in (path, *path.iterdir()):
            each.chmod(0o755 if each.is_dir() else 0o444)
        if name in ("grille-state", "grille-temporary"):
            os.chown(path, 10001, 10001)
        made.append({"name": name, "hostPath": {"path": str(path), "type": "Directory"}})
    return made


def pod(folder: Path) -> Any:
    documents = rendering.kustomized("redirect")
    spec = rendering.pod(documents)
    spec["volumes"] = volumes(spec, rendering.one(documents, "ConfigMap"), folder)
    *first, sidecar = spec["initContainers"]
    assert sidecar.pop("restartPolicy") == "Always"
    sidecar["args"] += [f"--resolve={HOST}:443:{PROVIDER}:443", "--upstream-ca=/upstream/ca.pem"]
    sidecar["volumeMounts"].append({"name": "upstream", "mountPath": "/upstream", "readOnly": True})
    (app,) = spec["containers"]
    app |= {"image": f"registry.example/grille:{__version__}", "command": ["python", "-c", APPLICATION]}
    spec |= {"initContainers": first, "containers": [sidecar, app], "restartPolicy": "Never"}
    for each in (*first, sidecar, app):
        each |= {"image": IMAGES[each["image"]], "imagePullPolicy": "Never"}
        for field in ("startupProbe", "readinessProbe", "livenessProbe", "ports"):
            each.pop(field, None)
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "agent"}, "spec": spec}


def play(folder: Path, made: Namespaces) -> list[tuple[str, bool]]:
    inside, outside = made.add("play"), made.add("far")
    made.cable(6, inside, outside)
    folder.chmod(0o755)
    received = made.provider(outside, folder / "provider") / "received"
    manifest = folder / "pod.yaml"
    manifest.write_text(json.dumps(pod(secrets(folder))))
    try:
        played = podman("play", "kube", "--network", "host", str(manifest), inside=inside)
        said, end = "", time.monotonic() + 90
        while "ANSWER" not in said and time.monotonic() < end:
            time.sleep(0.5)
            said = podman("logs", "agent-app").stdout
        sent = received.read_text() if received.exists() else ""
        rules = subprocess.run(
            ["ip", "netns", "exec", inside, "nft", "list", "ruleset"], capture_output=True, text=True
        )
        seen = inspected("agent-grille")
        ended = podman("stop", "--time", "30", "agent-grille")
        code = inspected("agent-grille").get("State", {}).get("ExitCode")
        around = run_as(inside, 20000, "curl", "-sS", "-m", "5", "-k", f"https://{PROVIDER}/")
        results = [
            ("the pod was made, and its policy checked and tested", played.returncode == 0),
            ("the application was answered", "ANSWER 200" in said),
            ("and what it had sent was restored for it", f"I read {CARD} and no more" in said),
            ("the provider was sent a token", "CREDIT_CARD_" in sent),
            ("and not the card", bool(sent) and CARD not in sent),
            ("the rules are in the pod's network", "redirect to :15001" in rules.stdout),
            ("grille runs as 10001, read-only, without capabilities", confined(seen)),
            ("it ended with 0 when it was told to", (ended.returncode, code) == (0, 0)),
            ("without it nothing goes around", "Failed to connect" in around or "Couldn't connect" in around),
        ]
        if not all(holds for _, holds in results):
            print(played.stderr, said, podman("logs", "agent-grille"), sep="\n", file=sys.stderr)
        return results
    finally:
        podman("play", "kube", "--down", str(manifest))


def confined(seen: Any) -> bool:
    host = seen.get("HostConfig", {})
    return (
        seen.get("Config", {}).get("User") == "10001:10001"
        and host.get("ReadonlyRootfs") is True
        and seen.get("EffectiveCaps") in (None, [])
    )


def main() -> int:
    if reason := missing():
        sys.exit(f"not run: {reason}")
    with TemporaryDirectory(prefix="grille-play-") as name, Namespaces() as made:
        results = play(Path(name), made)
    for what, holds in results:
        print("ok  " if holds else "NOT ", what)
    return 0 if all(holds for _, holds in results) else 1


if __name__ == "__main__":
    sys.exit(main())

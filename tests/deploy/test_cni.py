"""The CNI plugin, called as a container runtime calls it: by hand, in a network namespace of the test's own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import namespaces
import pytest
from namespaces import APP_UID, PORT, PROXY_UID, Namespaces, do, run_as
from rendering import KUBERNETES, kustomized, one

from grille.cli.inject.sidecar import of_grade

CNI = KUBERNETES.parent / "cni"
BEFORE = {"cniVersion": "1.0.0", "ips": [{"address": "10.244.1.7/24"}]}
KERNEL = namespaces.missing()
needs_kernel = [pytest.mark.skipif(bool(KERNEL), reason=KERNEL or "runs"), pytest.mark.xdist_group("nft")]


def call(
    command: str, namespace: str = "held", netns: str = "/nowhere", folder: Path = CNI, **more: Any
) -> tuple[int, Any]:
    """The exit code, and what was printed."""
    asked = {"cniVersion": "1.0.0", "name": "net", "type": "grille-cni", "namespaces": ["held"], "prevResult": BEFORE}
    variables = {"CNI_COMMAND": command, "CNI_NETNS": netns, "CNI_CONTAINERID": "a", "CNI_IFNAME": "eth0",
                 "CNI_ARGS": f"IgnoreUnknown=1;K8S_POD_NAMESPACE={namespace};K8S_POD_NAME=a"}  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-I", folder / "grille_cni.py"], input=json.dumps(asked | more), text=True,
        capture_output=True, env=os.environ | variables, check=False,
    )  # fmt: skip
    assert not done.stderr
    return done.returncode, json.loads(done.stdout) if done.stdout else None


def test_it_says_which_versions_it_knows_and_has_nothing_to_do_at_the_end() -> None:
    code, said = call("VERSION")
    assert code == 0
    assert {"0.4.0", "1.0.0"} <= set(said["supportedVersions"])
    for command in ("DEL", "GC", "STATUS"):
        assert call(command) == (0, None)


def test_a_pod_of_another_namespace_is_left_alone() -> None:
    assert call("ADD", namespace="free") == (0, BEFORE)
    assert call("CHECK", namespace="free") == (0, None)


def test_what_it_cannot_do_is_an_error_of_cni_so_that_the_pod_does_not_start(plugin: Path) -> None:
    code, said = call("ADD", folder=plugin)
    assert (code, said["code"], said["cniVersion"]) == (1, 5, "1.0.0")
    assert said["msg"] == "grille: No such file or directory: /nowhere"
    assert call("FLY")[1]["code"] == 4


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """As it is installed, beside its rules."""
    for file in (CNI / "grille_cni.py", CNI.parent / "nft" / "sidecar.nft"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.fixture
def pod() -> Iterator[str]:
    with Namespaces() as made:
        name, outside = made.add("cni"), made.add("out")
        made.cable(4, name, outside)
        do("ip", "-n", name, "route", "add", "default", "via", "10.77.4.2")
        # In place of grille: whoever is redirected is answered.
        listen = f"import socket; s = socket.create_server(('127.0.0.1', {PORT}))\nwhile True: s.accept()[0].send(b'x')"
        made.start(name, sys.executable, "-c", listen)
        yield name


@pytest.mark.parametrize("kernel", [pytest.param(None, marks=needs_kernel)])
def test_a_pod_has_its_rules_and_the_proof_in_it_holds(kernel: None, plugin: Path, pod: str) -> None:
    proof = [str(word).replace("5)", "1)") for word in of_grade("cni").containers[-1]["command"]]  # type: ignore[union-attr]
    proof[0] = sys.executable
    netns = f"/run/netns/{pod}"

    def proves(uid: int) -> bool:
        reads = ("--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search")
        done = subprocess.run(
            ["ip", "netns", "exec", pod, *namespaces.as_user(uid, *reads), *proof], capture_output=True, check=False
        )
        return done.returncode == 0

    assert call("CHECK", netns=netns, folder=plugin)[0] == 1
    assert not proves(65534), "without the rules nobody answers there"
    assert call("ADD", netns=netns, folder=plugin) == (0, BEFORE)
    assert proves(65534)
    assert not proves(PROXY_UID), "the proxy's own user is not redirected"
    assert call("CHECK", netns=netns, folder=plugin) == (0, None)
    assert call("ADD", netns=netns, folder=plugin) == (0, BEFORE), "a second time the rules are replaced"
    rules = subprocess.run(["ip", "netns", "exec", pod, "nft", "list", "ruleset"], capture_output=True, text=True)
    assert rules.stdout.count(f"redirect to :{PORT}") == 1
    assert "not permitted" in run_as(pod, APP_UID, "nft", "delete", "table", "inet", "grille")


# -- the installer ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def installer() -> ModuleType:
    found = importlib.util.spec_from_file_location("grille_cni_install", CNI / "install.py")
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def test_it_is_the_last_of_the_chain_once_and_what_others_wrote_stays(installer: ModuleType, tmp_path: Path) -> None:
    first, second = tmp_path / "05-net.conflist", tmp_path / "10-other.conflist"
    chain = {"cniVersion": "1.0.0", "name": "net", "plugins": [{"type": "bridge", "mtu": 1500}, {"type": "portmap"}]}
    first.write_text(json.dumps(chain))
    first.chmod(0o600)
    second.write_text("{}")
    entry = {"type": "grille-cni", "namespaces": ["held"]}
    for each in (entry, entry, entry | {"namespaces": ["held", "more"]}):
        assert installer.chain(tmp_path, each)
        assert json.loads(first.read_text()) == chain | {"plugins": [*chain["plugins"], each]}
    assert first.stat().st_mode & 0o777 == 0o600
    assert installer.chain(tmp_path, None)
    assert json.loads(first.read_text()) == chain
    assert second.read_text() == "{}"


def test_where_there_is_no_chain_or_half_of_one_it_waits(installer: ModuleType, tmp_path: Path) -> None:
    assert not installer.chain(tmp_path, {"type": "grille-cni"})
    (tmp_path / "05-net.conflist").write_text('{"plugins": [')
    assert not installer.chain(tmp_path, {"type": "grille-cni"})


def test_the_daemon_set_calls_the_installer_and_has_no_capability() -> None:
    documents = kustomized("../cni")
    (container,) = one(documents, "DaemonSet")["spec"]["template"]["spec"]["containers"]
    assert container["command"][1] == "/etc/grille/cni/install.py"
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert "privileged" not in container["securityContext"]
    (folder,) = [each for each in container["volumeMounts"] if each["name"] == "namespaces"]
    assert one(documents, "ConfigMap")["data"].keys() == {Path(container["command"][4]).name}
    assert folder["mountPath"] == str(Path(container["command"][4]).parent)

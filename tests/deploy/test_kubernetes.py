"""The manifests that ship: valid for every Kubernetes from 1.29 on, confined, and commands that this version takes.

There is no cluster here: nothing is scheduled, admitted or connected. deploy/README.md says what that leaves open.
"""

from __future__ import annotations

import argparse
from typing import Any

import kubernetes_validate
import pytest
from rendering import KUBERNETES, charted, containers, helm, kustomized, one, pod, written

from grille.cli import verbs
from grille.cli.env import BUNDLES, PROXIES
from grille.engine import load_policy
from grille.exchange import Identity

VERSIONS = ("1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36", "1.37")
GRADES = ("explicit", "redirect", "cni")
OVERLAYS = ("gateway", *GRADES)
MUTATING = {"1.32": "v1alpha1", "1.33": "v1alpha1", "1.34": "v1beta1", "1.35": "v1beta1", "1.36": "v1", "1.37": "v1"}
GRILLE = "registry.example/grille:0.1.0"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def parsed(arguments: list[str]) -> argparse.Namespace:
    verb = next(iter(verbs(arguments[0])))
    parser = argparse.ArgumentParser()
    verb.add(parser)
    return parser.parse_args(arguments[1:])


def valid(documents: list[Any], version: str) -> None:
    for each in documents:
        kubernetes_validate.validate(each, version, strict=True)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_what_kustomize_makes_is_valid(overlay: str, version: str) -> None:
    valid(kustomized(overlay), version)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_helm_makes_is_valid(version: str) -> None:
    valid(charted(), version)


@pytest.mark.parametrize("version", VERSIONS)
def test_the_samples_of_network_policies_are_valid(version: str) -> None:
    valid(written("network/namespace.yaml"), version)


@pytest.mark.parametrize("version", [each for each in VERSIONS if each != "1.29"])
def test_what_admission_refuses_by_is_valid_since_it_is_stable(version: str) -> None:
    for name in ("around", *GRADES):
        valid([each for each in written(f"admission/{name}.yaml") if each["kind"].startswith("Validating")], version)


@pytest.mark.parametrize(("version", "known_as"), MUTATING.items())
@pytest.mark.parametrize("grade", GRADES)
def test_what_admission_injects_by_is_valid_in_each_version_that_knows_it(
    grade: str, version: str, known_as: str
) -> None:
    for each in written(f"admission/{grade}.yaml"):
        if each["kind"].startswith("Mutating"):
            valid([each | {"apiVersion": f"admissionregistration.k8s.io/{known_as}"}], version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("folder", ["webhook", "cni"])
def test_what_goes_beside_them_is_valid(folder: str, version: str) -> None:
    valid(kustomized(f"../{folder}"), version)


def test_the_webhook_closes_when_nobody_answers_and_finds_who_does() -> None:
    documents = kustomized("../webhook")
    service, run = one(documents, "Service"), pod(documents)["containers"][0]
    webhooks = one(documents, "MutatingWebhookConfiguration")["webhooks"]
    assert [each["clientConfig"]["service"]["path"] for each in webhooks] == [f"/inject/{grade}" for grade in GRADES]
    for each, grade in zip(webhooks, GRADES, strict=True):
        assert (each["failurePolicy"], each["sideEffects"], each["reinvocationPolicy"]) == ("Fail", "None", "IfNeeded")
        assert each["namespaceSelector"] == {"matchLabels": {"grille-inject": grade}}
        where = each["clientConfig"]["service"]
        assert (where["name"], where["namespace"]) == (service["metadata"]["name"], service["metadata"]["namespace"])
        assert each["timeoutSeconds"] <= 10
    parsed(run["args"])
    assert run["image"] == GRILLE
    assert service["spec"]["ports"][0]["targetPort"] == run["ports"][0]["name"]


def test_what_is_wrong_would_be_noticed() -> None:
    deployment = one(kustomized("gateway"), "Deployment")
    deployment["spec"]["template"]["spec"]["containers"][0]["readOnly"] = True
    with pytest.raises(kubernetes_validate.ValidationError):
        valid([deployment], "1.33")


@pytest.mark.parametrize("overlay", [*OVERLAYS, "../webhook"])
def test_every_container_is_confined_and_says_what_it_needs(overlay: str) -> None:
    spec = pod(kustomized(overlay))
    assert spec["automountServiceAccountToken"] is False
    for each in containers(spec):
        confined = {**spec["securityContext"], **each["securityContext"]}
        assert confined["runAsNonRoot"] is True
        assert confined["runAsUser"] > 0
        assert confined["seccompProfile"] == {"type": "RuntimeDefault"}
        assert confined["allowPrivilegeEscalation"] is False
        assert confined["readOnlyRootFilesystem"] is True
        assert confined["capabilities"]["drop"] == ["ALL"]
        assert confined["capabilities"].get("add", []) == (["NET_ADMIN"] if each["name"] == "grille-redirect" else [])
        assert each["resources"]["requests"].keys() == {"cpu", "memory"}
        assert ":" in each["image"]
        assert not each["image"].endswith(":latest")


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_its_commands_are_of_this_version_and_end_in_time(overlay: str) -> None:
    spec = pod(kustomized(overlay))
    ours = [each for each in containers(spec) if each["image"] == GRILLE and "command" not in each]
    commands = [parsed(each["args"]) for each in ours]
    (run,) = [command for each, command in zip(ours, commands, strict=True) if each["args"][0] == "run"]
    pause = 5 if overlay == "gateway" else 0
    assert run.drain + pause + 5 <= spec["terminationGracePeriodSeconds"]


@pytest.mark.parametrize("overlay", GRADES)
def test_a_sidecar_is_there_before_the_application_and_has_no_hook_of_its_end(overlay: str) -> None:
    (sidecar,) = [each for each in pod(kustomized(overlay))["initContainers"] if each["name"] == "grille"]
    assert sidecar["restartPolicy"] == "Always"
    assert "lifecycle" not in sidecar
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= sidecar.keys()


@pytest.mark.parametrize("overlay", GRADES)
def test_the_application_trusts_the_ca_and_never_sees_its_key(overlay: str) -> None:
    spec = pod(kustomized(overlay))
    (app,) = spec["containers"]
    said = {each["name"]: each["value"] for each in app["env"]}
    assert {said[name] for name in BUNDLES} == {"/etc/grille-trust/bundle.pem"}
    assert said["NODE_EXTRA_CA_CERTS"] == "/etc/grille-trust/ours.pem"
    told = set(PROXIES) & said.keys()
    assert told == (set(PROXIES) if overlay == "explicit" else set())
    assert [each["name"] for each in app["volumeMounts"]] == ["grille-trust"]


def test_the_redirect_and_the_proxy_agree_on_user_and_port() -> None:
    redirect, *_, sidecar = pod(kustomized("redirect"))["initContainers"]
    assert f"proxy_uid={sidecar['securityContext']['runAsUser']}" in redirect["args"]
    assert parsed(sidecar["args"]).listen == "localhost:15001"
    assert "proxy_port=15001" in redirect["args"]
    assert parsed(sidecar["args"]).mode == "transparent"
    assert redirect["args"][-1] == "/etc/grille/nft/sidecar.nft"
    assert (KUBERNETES.parent / "nft" / "sidecar.nft").exists()


def test_the_chart_and_the_base_are_one_gateway() -> None:
    by_helm, by_kustomize = pod(charted()), pod(kustomized("gateway"))
    for spec in (by_helm, by_kustomize):
        for each in containers(spec):
            each.pop("imagePullPolicy", None)
        spec.pop("topologySpreadConstraints")
        spec["volumes"] = [each for each in spec["volumes"] if each["name"] != "policy"]
    assert by_helm == by_kustomize


def test_the_chart_refuses_what_it_does_not_know_and_wants_a_policy() -> None:
    assert "policy" in helm().stderr
    assert "additional properties" in helm("--set", "policy.text=x,typo=1").stderr
    assert helm("--set", "policy.text=x,drainSeconds=never").returncode != 0


def test_a_chart_without_autoscaling_says_how_many() -> None:
    documents = charted("--set", "autoscaling.enabled=false,replicas=3,networkPolicy.enabled=false")
    assert one(documents, "Deployment")["spec"]["replicas"] == 3
    assert {"HorizontalPodAutoscaler", "NetworkPolicy"}.isdisjoint(each["kind"] for each in documents)
    digest = "sha256:" + "a" * 64
    assert pod(charted("--set", f"image.digest={digest}"))["containers"][0]["image"].endswith(f"grille@{digest}")


@pytest.mark.parametrize("folder", ["base", "components/explicit", "components/policy"])
def test_the_policies_that_ship_hold_and_let_nobody_in_unknown(folder: str) -> None:
    policy = load_policy(str(KUBERNETES / folder / "policy.yaml"), None)
    assert policy.knows_everybody or folder == "components/policy", "there it listens on loopback alone"
    assert (KUBERNETES / folder / "policy.test.yaml").exists()


def test_a_redirected_connection_keeps_the_address_of_its_pod() -> None:
    """So loopback is no network of such a client, though the proxy listens nowhere else (seen in test_nft.py)."""
    policy = load_policy(str(KUBERNETES / "components" / "policy" / "policy.yaml"), None)
    assert [each.name for each in policy.clients_for(Identity(address="10.244.1.7"))] == ["pods"]

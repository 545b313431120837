"""Only hosts that the policy names go through the proxy; a JavaScript engine says so."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

import engines
from grille.addon.pac import pac
from grille.engine import load_policy

PROXIED = ["api.openai.com", "API.OpenAI.com.", "eu.api.openai.com", "mcp.example.com"]
DIRECT = ["openai.com", "evil-api.openai.com.example", "example.com", "xapi.openai.com", "mcp.example.com.evil.example"]


@pytest.fixture
def text(tmp_path: Path) -> str:
    (tmp_path / "small.yaml").write_text(engines.PACK)
    file = tmp_path / "policy.yaml"
    file.write_text(engines.POLICY)
    return pac(load_policy(str(file), None), ("proxy.example", 8080)).decode()


def test_hosts_of_the_policy_and_no_others_are_named(text: str) -> None:
    assert '"api.openai.com"' in text
    assert "DIRECT" in text.splitlines()[-2]
    assert text.count("DIRECT") == 1, "no way around for hosts that are proxied"


@pytest.mark.skipif(shutil.which("node") is None, reason="node, which runs the file, is not installed")
def test_a_javascript_engine_sends_them_where_they_belong(text: str) -> None:
    script = f"{text}\nconsole.log(JSON.stringify({json.dumps(PROXIED + DIRECT)}.map(h => FindProxyForURL('', h))))"
    done = subprocess.run(["node", "-e", script], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == ["PROXY proxy.example:8080"] * len(PROXIED) + ["DIRECT"] * len(DIRECT)

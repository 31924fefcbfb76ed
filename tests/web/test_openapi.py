"""The OpenAPI document is what the server does: schemathesis tries it out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("starlette", reason="needs camdigits[web]")
pytest.importorskip("schemathesis", reason="needs schemathesis")

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from camdigits.recognizer import Recognizer
from camdigits.web.api.openapi import WEBSOCKETS, document
from camdigits.web.api.reader_pool import ReaderPool
from camdigits.web.api.schemas import RECORD_SCHEMA
from camdigits.web.app import make_app
from camdigits.web.server.limits import Limits
from tests.cli.pages import page
from tests.support.media import encoded
from tests.web.serving import Served, read_on, received, serving

EXAMPLES = 12
PNG = encoded(".png", page())


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(teach=tmp_path_factory.mktemp("teach")) as server:
        yield server


@pytest.mark.parametrize(
    "path",
    ["/v1/info", "/v1/read", "/v1/picture", "/v1/look", "/v1/teach", "/v1/teach/{id}"],
)
def test_what_is_made_up_from_the_document_gets_an_answer_of_the_document(
    served: Served, path: str
) -> None:
    schema = schemathesis.openapi.from_url(f"{served.url}v1/openapi.json")
    [operation] = [found.ok() for found in schema.get_all_operations() if found.ok().path == path]
    strategy = operation.as_strategy()
    bodies = st.sampled_from([PNG, PNG[:99], b"", b"no picture"]) | st.binary(max_size=99)

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy, body=bodies)
    def check(case: Any, body: bytes) -> None:
        sent = {"data": body} if operation.method == "post" else {}
        response = case.call(base_url=served.url.rstrip("/"), **sent)
        # That a made-up picture is refused, and a made-up id unknown, is as it should be.
        case.validate_response(
            response,
            excluded_checks=[
                check
                for name in ("positive_data_acceptance", "negative_data_rejection")
                for check in [schemathesis.checks.CHECKS.get_one(name)]
            ],
        )

    check()


def validated(name: str, record: Any) -> None:
    """Assert that a record is what the document says of it."""
    jsonschema = pytest.importorskip("jsonschema")
    schemas = document(Limits())["components"]["schemas"]
    whole = {"components": {"schemas": schemas}, "$ref": f"#/components/schemas/{name}"}
    jsonschema.Draft202012Validator(whole).validate(record)


def test_the_record_of_a_picture_that_is_cut_off_is_in_the_document(served: Served) -> None:
    jpeg = encoded(".jpg", page())
    record = served.read(jpeg[: len(jpeg) // 2]).json()

    assert record["damage"]
    validated("Frame", record)


def test_the_records_of_a_stream_are_in_the_document(served: Served) -> None:
    frame = encoded(".jpg", page())
    with served.socket() as client:
        for _ in range(8):
            validated("Frame", read_on(client, frame))
        client.send("?")
        records = [received(client)]
        while records[-1]["type"] != "error":
            records.append(received(client))

    for record in records:
        validated(record["type"].capitalize(), record)


def test_a_frame_record_has_no_other_keys_than_the_document() -> None:
    [record] = Recognizer().read(page()).records("frames")

    validated("Frame", record)


def test_records_of_the_document_are_those_of_the_schema_that_ships() -> None:
    shipped = json.loads(RECORD_SCHEMA.read_text("utf-8"))["$defs"]
    told = document(Limits())["components"]["schemas"]

    for name in ("Frame", "Event", "Number", "Digit", "Mark", "Sign"):
        assert told[name]["required"] == shipped[name]["required"]
        assert [*told[name]["properties"]] == [*shipped[name]["properties"]]
    assert "#/$defs" not in json.dumps(told)


def test_every_route_is_in_the_document() -> None:
    app = make_app(ReaderPool())
    routes = {route.path for route in app.routes if route.path.startswith("/v1/")}  # type: ignore[attr-defined]
    told = {path.replace("{id}", "{name}") for path in document(Limits())["paths"]}

    assert routes - {"/v1/openapi.json"} == told | (set(WEBSOCKETS) - {"/v1/watch"})


def test_every_operation_tells_of_refusals_that_any_may_have() -> None:
    for operations in document(Limits())["paths"].values():
        for operation in operations.values():
            assert {"400", "401", "403", "421", "503"} <= set(operation["responses"])


def test_parameters_of_the_document_are_known_to_the_server(served: Served) -> None:
    with served.client() as client:
        for path, operations in document(Limits())["paths"].items():
            for method, operation in operations.items():
                names = [it["name"] for it in operation["parameters"] if it["in"] == "query"]
                answer = client.request(
                    method, path.replace("{id}", "0" * 16), params=dict.fromkeys(names, "x")
                )
                assert "unknown parameter" not in answer.text


def test_the_document_names_the_limits() -> None:
    text = str(document(Limits(picture_bytes=3 * 2**20, picture_pixels=7_000_000)))

    assert "at most 3 MiB and 7 megapixels" in text

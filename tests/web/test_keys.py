"""Who may ask: keys in all the places where clients put them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin.web.keys import Access, Caller, access, caller_of


@pytest.mark.parametrize(
    ("headers", "caller"),
    [
        ({}, Caller()),
        ({"Authorization": "Bearer k"}, Caller("k")),
        ({"Authorization": "Token k"}, Caller("k")),  # as InfluxDB's own clients send it
        ({"X-API-Key": "k"}, Caller("k")),
        ({"Authorization": "Basic QWRhOms="}, Caller("k", "Ada")),  # printf Ada:k | base64
        ({"Authorization": "Basic QWRhOms=", "X-Limit-U": "Bo"}, Caller("k", "Bo")),
        ({"Authorization": "Basic ???"}, Caller()),
        ({"Authorization": "k"}, Caller()),
    ],
)
def test_a_key_comes_in_any_of_the_usual_headers(headers, caller):
    assert caller_of(headers) == caller


@given(st.text(), st.text())
def test_only_the_key_itself_opens(key, right):
    assert (access(key, right) is Access.OPEN) == (key == right != "")


def test_without_a_key_set_everything_is_closed():
    assert access("", "") is Access.CLOSED
    assert access("guess", "") is Access.CLOSED
    assert access("", "k") is Access.MISSING
    assert access("guess", "k") is Access.WRONG

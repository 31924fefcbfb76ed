"""Fixtures of the tests of faults."""

from tests.support.readers import reader_fixture, reader_home_fixture

__all__ = ["reader_fixture", "reader_home_fixture"]

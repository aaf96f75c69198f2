"""The tests' own PostgreSQL: it starts, it is real, and each test has a database to itself."""

import psycopg
import pytest

from tests.postgres import PostgresServer


def _ask(url: str, question: str) -> object:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def test_database_answers_in_danish(postgres_url: str) -> None:
    assert _ask(postgres_url, "select upper('blåbærgrød')") == "BLÅBÆRGRØD"
    assert _ask(postgres_url, "select to_tsvector('danish', 'godkendte') @@ 'godkend'::tsquery") is True


@pytest.mark.parametrize("turn", [1, 2])
def test_database_is_empty_for_each_test(postgres_url: str, turn: int) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        connection.execute("create table mark (turn int)")
    assert _ask(postgres_url, "select count(*) from mark") == 0


def test_database_can_be_copied(postgres_server: PostgresServer) -> None:
    with psycopg.connect(postgres_server.create_database("original").replace("+psycopg", "")) as connection:
        connection.execute("create table mark as select 7 as turn")
    assert _ask(postgres_server.create_database("copy", template="original"), "select turn from mark") == 7

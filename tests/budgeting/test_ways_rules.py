"""Plain rules of the ways in: what a round declares, and how the facts of a list are spelled."""

from dataclasses import replace

import pytest

from engage.budgeting.rules.lists import (
    Fact,
    FactRefused,
    Facts,
    Known,
    canonical,
    facts_key,
    first_key,
    read_list,
)
from engage.budgeting.rules.rounds import hash_rules, plain_rules, round_faults
from engage.budgeting.rules.ways import Connection, Way, in_order, uses, ways_fault
from engage.places.rules import ImportRefused
from tests.budgeting.test_round_rules import RULES

CARD = Facts(Fact("Young Scot card number", "number"), Fact("Date of birth", "date"))


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        (["codes", "email"], "email,codes"),
        (["assisted", "list", "list"], "list,assisted"),
        (["post"], ""),
        ([], ""),
    ],
)
def test_chosen_ways_are_kept_once_and_in_one_order(chosen, kept):
    assert in_order(chosen, Way) == kept


def test_links_with_the_area_are_kept_in_their_own_order():
    assert in_order(["volunteer", "live"], Connection) == "live,volunteer"


@pytest.mark.parametrize("way", list(Way))
def test_a_way_is_used_where_it_is_declared(way):
    assert uses("email,account,codes,list,desk,assisted", way)
    assert not uses("", way)


@pytest.mark.parametrize("ways", ["email", "codes,assisted", "list,assisted", "desk,assisted"])
def test_ways_that_fit_together(ways):
    assert ways_fault(ways) == ""


@pytest.mark.parametrize("ways", ["", "assisted", "email,account,assisted"])
def test_ways_that_let_nobody_in_are_refused(ways):
    assert ways_fault(ways)
    assert "ways" in round_faults(replace(RULES, ways=ways))


def test_a_round_needs_a_link_with_the_area():
    assert "connection" in round_faults(replace(RULES, connection=""))


def test_a_round_from_before_there_was_a_choice_keeps_its_hash():
    assert not {"ways", "connection"} & set(plain_rules(RULES))
    changed = {
        hash_rules(replace(RULES, ways="codes")),
        hash_rules(replace(RULES, connection="work")),
    }
    assert len(changed | {hash_rules(RULES)}) == 3


@pytest.mark.parametrize(
    ("kind", "typed", "spelled"),
    [
        ("number", "6335 0000 1234", "633500001234"),
        ("number", "0063-35", "6335"),
        ("number", "000", "0"),
        ("number", "１２", "12"),
        ("date", "27 3 2010", "2010-03-27"),
        ("date", "27/03/2010", "2010-03-27"),
        ("date", "2010-03-27", "2010-03-27"),
        ("date", "27th March 2010", "2010-03-27"),
        ("date", "27.3.2010", "2010-03-27"),
        ("postcode", "ab10 1ab", "AB101AB"),
        ("text", "Mac-a’ Ghobhainn", "macaghobhainn"),
        ("text", "ÉCOLE 7", "ecole7"),
    ],
)
def test_a_fact_has_one_spelling(kind, typed, spelled):
    assert canonical(kind, typed) == spelled


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("number", "12a"),
        ("number", ""),
        ("number", "१२"),
        ("date", "31/02/2010"),
        ("date", "3/2010"),
        ("date", "27/03/10"),
        ("date", "2010"),
        ("postcode", "Aberdeen"),
        ("text", "--"),
    ],
)
def test_what_has_not_the_shape_of_a_fact_is_refused(kind, typed):
    with pytest.raises(FactRefused):
        canonical(kind, typed)


def test_keys_differ_by_round_by_server_and_by_where_one_fact_ends():
    keys = {
        facts_key(b"a", 1, "12", "3"),
        facts_key(b"a", 1, "1", "23"),
        facts_key(b"a", 2, "12", "3"),
        facts_key(b"b", 1, "12", "3"),
        first_key(b"a", 1, "12"),
    }
    assert len(keys) == 5


def test_a_list_is_read_by_its_two_columns_and_nothing_else():
    data = (
        "Name,date of birth,Young Scot Card Number\r\n"
        "Aisha,27/03/2010,0063 35\r\n\r\nBryn,2009-01-02,77\r\n"
    ).encode("utf-8-sig")
    assert read_list(data, CARD) == [
        Known("6335", "2010-03-27", 2),
        Known("77", "2009-01-02", 4),
    ]


def test_every_bad_line_is_named_and_no_word_that_stands_there():
    data = (
        b"Young Scot card number,Date of birth\n"
        b"6335,27/03/2010\n"
        b",27/03/2010\n"
        b"12,31/02/2010\n"
        b"06335,1/1/2011\n"
        b"13,1/1/2011,more\n"
        b"abc,1/1/2011\n"
    )
    with pytest.raises(ImportRefused) as refused:
        read_list(data, CARD)
    told = "\n".join(str(fault) for fault in refused.value.faults)
    assert [fault.line for fault in refused.value.faults] == [3, 4, 5, 6, 7]
    assert "stands twice: here and on line 2" in told
    for secret in ("6335", "2010", "2011", "abc", "more"):
        assert secret not in told


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"Young Scot card number\n12\n",
        b"Young Scot card number,Date of birth\n",
        "Young Scot card number,Date of birth\n12,é".encode("latin-1"),
    ],
)
def test_what_is_no_list_is_refused(data):
    with pytest.raises(ImportRefused):
        read_list(data, CARD)

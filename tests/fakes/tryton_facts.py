"""What the hub relies on in Tryton, held against real servers and the fake alike: so the fake stays true."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from tests.fakes.tryton_client import DATABASE, PASSWORD, TrytonClient

_DATES = ("write_date", "contact_mechanisms.write_date", "identifiers.write_date", "addresses.write_date")


def _way(value: str, kind: str = "email") -> dict[str, object]:
    return {"type": kind, "value": value}


class TrytonFacts:
    """Inherit, and give a fixture `server`: a `TrytonClient` on a server without parties."""

    def test_only_some_rows_have_a_write_date_from_the_start(self, server: TrytonClient) -> None:
        party_id = server.create(
            name="Dated",
            contact_mechanisms=[["create", [_way("dated@example.com")]]],
            identifiers=[["create", [{"code": "x"}]]],
            addresses=[["create", [{"city": "Lyon"}]]],
        )
        row = server.one(party_id, *_DATES)
        assert (row["write_date"] is not None) is (server.release == "8.2")
        assert row["contact_mechanisms."][0]["write_date"] is not None
        assert row["identifiers."][0]["write_date"] is None
        assert row["addresses."][0]["write_date"] is None

    def test_a_mechanism_added_on_its_own_leaves_the_party_s_date(self, server: TrytonClient) -> None:
        party_id = server.create(name="Old")
        before = server.one(party_id, "write_date")
        server.call(
            "model.party.contact_mechanism.create", [{**_way("+33199000001", "phone"), "party": party_id}]
        )
        assert server.one(party_id, "write_date") == before

    def test_a_mechanism_changed_or_deleted_through_the_party_moves_its_date(
        self, server: TrytonClient
    ) -> None:
        party_id = server.create(name="Old", contact_mechanisms=[["create", [_way("old@example.com")]]])
        way = server.one(party_id, "contact_mechanisms.value")["contact_mechanisms."][0]["id"]
        dates = [server.one(party_id, "write_date", "create_date")["write_date"]]
        for command in (["write", [way], {"value": "new@example.com"}], ["delete", [way]]):
            server.call("model.party.party.write", [party_id], {"contact_mechanisms": [command]})
            dates.append(server.one(party_id, "write_date")["write_date"])
        assert dates[0] != dates[1] != dates[2]

    def test_a_batch_with_a_taken_code_is_undone_as_a_whole(self, server: TrytonClient) -> None:
        server.create(name="First", code="TAKEN")
        error = server.error("model.party.party.create", [{"name": "Good"}, {"name": "Bad", "code": "TAKEN"}])
        assert error[0] == "UserError"
        assert error[1][0] == "The code on party must be unique."
        assert server.call("model.party.party.search_count", []) == 1

    def test_the_code_of_a_party_can_be_changed_on_7_0_only(self, server: TrytonClient) -> None:
        party_id = server.create(name="Coded", code="OLD")
        answer = server.post("model.party.party.write", [party_id], {"code": "NEW"}).json()
        assert ("error" in answer) is (server.release == "8.2")

    def test_archived_rows_can_only_be_changed_on_7_0(self, server: TrytonClient) -> None:
        party_id = server.create(name="Old", contact_mechanisms=[["create", [_way("old@example.com")]]])
        way = server.one(party_id, "contact_mechanisms.value")["contact_mechanisms."][0]["id"]
        archive = {"active": False, "contact_mechanisms": [["write", [way], {"active": False}]]}
        server.call("model.party.party.write", [party_id], archive)
        both = {"contact_mechanisms": [["write", [way], {"active": True}], ["write", [way], {"sequence": 1}]]}
        for values in (
            [[party_id], {"name": "New"}],
            [[party_id], {"active": True}, [party_id], {"name": "Newer"}],
            [[party_id], both],
        ):
            refused = "error" in server.post("model.party.party.write", *values).json()
            assert refused is (server.release == "8.2")
        server.call("model.party.party.write", [party_id], {"active": True})
        server.call("model.party.party.write", [party_id], {"name": "Newest"})

    def test_a_party_can_be_made_archived_on_7_0_only(self, server: TrytonClient) -> None:
        answer = server.post("model.party.party.create", [{"name": "Old", "active": False}]).json()
        assert ("error" in answer) is (server.release == "8.2")

    def test_a_write_with_a_stale_timestamp_is_refused(self, server: TrytonClient) -> None:
        party_id = server.create(name="First")
        stamp = server.one(party_id, "_timestamp")["_timestamp"]
        stamps = {f"party.party,{party_id}": stamp}
        time.sleep(1.1)  # 7.0 counts whole seconds
        server.call("model.party.party.write", [party_id], {"name": "Second"}, _timestamp=stamps)
        error = server.error("model.party.party.write", [party_id], {"name": "Third"}, _timestamp=stamps)
        assert error[0] == "ConcurrencyException"

    def test_several_parties_are_written_in_one_call_or_none(self, server: TrytonClient) -> None:
        first, second = server.create(name="A", code="A"), server.create(name="B", code="B")
        server.call("model.party.party.write", [first], {"name": "AA"}, [second], {"name": "BB"})
        assert [server.one(i, "name")["name"] for i in (first, second)] == ["AA", "BB"]
        server.error("model.party.party.write", [first], {"name": "lost"}, [second], {"nofield": 1})
        assert server.one(first, "name")["name"] == "AA"

    def test_mechanisms_without_a_sequence_come_first(self, server: TrytonClient) -> None:
        ways = [
            {**_way("third@example.com"), "sequence": 1},
            _way("first@example.com"),
            _way("second@example.com"),
        ]
        party_id = server.create(name="Ordered", contact_mechanisms=[["create", ways]])
        found = server.one(party_id, "contact_mechanisms.value")["contact_mechanisms."]
        assert [way["value"].split("@")[0] for way in found] == ["first", "second", "third"]

    def test_replacing_a_party_asks_first_and_moves_what_hangs_on_it_archived(
        self, server: TrytonClient
    ) -> None:
        heir = server.create(name="Heir")
        lost = server.create(name="Lost", contact_mechanisms=[["create", [_way("lost@example.com")]]])
        form = {"ask": {"source": lost, "destination": heir}}
        error = _execute(server, "party.replace", form, "replace")["error"]
        assert error[0] == "UserWarning"
        server.call("model.res.user.warning.create", [{"user": 1, "name": error[1][0], "always": False}])
        assert "error" not in _execute(server, "party.replace", form, "replace")
        gone = server.one(lost, "active", "replaced_by", "contact_mechanisms.value")
        assert (gone["active"], gone["replaced_by"], gone["contact_mechanisms."]) == (0, heir, [])
        moved = server.one(heir, "contact_mechanisms.value", "contact_mechanisms.active")
        assert [(way["value"], way["active"]) for way in moved["contact_mechanisms."]] == [
            ("lost@example.com", 0)
        ]

    def test_an_archived_party_can_be_erased_and_keeps_its_row(self, server: TrytonClient) -> None:
        party_id = server.create(
            name="Erased",
            contact_mechanisms=[["create", [_way("erased@example.com")]]],
            identifiers=[["create", [{"code": "secret"}]]],
        )
        form = {"ask": {"party": party_id}}
        assert _execute(server, "party.erase", form, "erase")["error"][0] == "UserError"
        server.call("model.party.party.write", [party_id], {"active": False})
        assert "error" not in _execute(server, "party.erase", form, "erase")
        row = server.one(party_id, "name", "active", "contact_mechanisms.value", "identifiers.code")
        assert (row["name"], row["active"]) == (None, 0)
        assert row["contact_mechanisms."][0]["value"] in {None, "****"}
        assert row["identifiers."][0]["code"] in {None, "****"}

    def test_deleting_what_is_gone_is_no_error_and_writing_it_is(self, server: TrytonClient) -> None:
        server.call("model.party.party.delete", [999_999])
        assert server.error("model.party.party.write", [999_999], {"name": "x"})[0] == "UserError"

    def test_an_unknown_field_crashes_with_status_200(self, server: TrytonClient) -> None:
        error = server.error("model.party.party.search_read", [["nofield", "=", 1]], 0, 1, None, [])
        assert error[0] == "'nofield'"

    def test_who_may_not_call_is_told_by_status(self, server: TrytonClient) -> None:
        assert server.post("model.party.party.no_such_call").status_code == 403
        path = server.path.replace(DATABASE, "nodb")
        login = {"id": 0, "method": "common.db.login", "params": ["admin", {"password": PASSWORD}]}
        assert server.http.post(path, json=login).status_code == 404
        call = {"id": 0, "method": "model.party.party.search_count", "params": [[], {}]}
        assert server.http.post(server.path, json=call).status_code == 401

    def test_the_version_is_told_where_that_version_tells_it(self, server: TrytonClient) -> None:
        asked = {"id": 0, "method": "common.server.version", "params": []}
        statuses = [server.http.post(path, json=asked).status_code for path in ("/", "/rpc/")]
        assert statuses == ([405, 200] if server.release == "8.2" else [200, 401])


def _execute(server: TrytonClient, name: str, form: Mapping[str, object], state: str) -> dict[str, Any]:
    session, *_ = server.call(f"wizard.{name}.create")
    answer: dict[str, Any] = server.post(f"wizard.{name}.execute", session, form, state).json()
    return answer

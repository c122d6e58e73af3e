"""Splink 5 on people, configured by hand as its documentation advises: `splink_people.py IN OUT
[--documented]` (Parquet).

The columns in: unique_id, given_name, family_name, email, phone, street, city, postal_code, birth_date; out:
key, cluster. Prints JSON: seconds from the loaded table to clusters, peak memory. The fast configuration:
u from 1e6 pairs, EM on at most 1e6 pairs, predictions from 0.95, connected components at 0.95. With
`--documented` u from 1e7 pairs and EM on all the pairs of its rule, as its tutorial does.
"""

# mypy: ignore-errors
from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter

import pyarrow as pa
import pyarrow.parquet as pq
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

PAIRS = 1e6
THRESHOLD = 0.95
BLOCKS = (
    ("email",),
    ("phone",),
    ("given_name", "family_name", "city"),
    ("given_name", "family_name", "postal_code"),
    ("family_name", "birth_date"),
    ("given_name", "birth_date"),
    ("family_name", "postal_code", "street"),
    ("given_name", "postal_code", "street"),
    ("birth_date", "postal_code"),
)
TRAINED_ON = (("email",), ("given_name", "family_name"), ("birth_date", "postal_code"))
WANTED = ("given_name", "family_name", "email", "phone", "street", "city", "postal_code", "birth_date")


def settings(columns: list[str]) -> SettingsCreator:
    every = {
        "given_name": cl.NameComparison("given_name"),
        "family_name": cl.NameComparison("family_name"),
        "email": cl.EmailComparison("email"),
        "phone": cl.ExactMatch("phone").configure(term_frequency_adjustments=True),
        "street": cl.JaroWinklerAtThresholds("street", [0.9]),
        "city": cl.ExactMatch("city").configure(term_frequency_adjustments=True),
        "postal_code": cl.ExactMatch("postal_code").configure(term_frequency_adjustments=True),
        "birth_date": cl.DateOfBirthComparison("birth_date", input_is_string=True),
    }
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[every[name] for name in columns],
        blocking_rules_to_generate_predictions=[block_on(*names) for names in within(BLOCKS, columns)],
        retain_matching_columns=False,
    )


def within(rules, columns):
    """The rules whose columns are all there."""
    return [names for names in rules if set(names) <= set(columns)]


def clusters(table: pa.Table, *, documented: bool) -> pa.Table:
    u_pairs, em = (1e7, {}) if documented else (PAIRS, {"max_pairs": PAIRS})
    columns = [name for name in WANTED if table[name].null_count < table.num_rows]
    backend = DuckDBAPI()
    linker = Linker(backend.register(table), settings(columns), log_level=40)
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*names) for names in within(BLOCKS[:3], columns)], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=u_pairs)
    for names in within(TRAINED_ON, columns):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*names), **em)
    predicted = linker.inference.predict(threshold_match_probability=THRESHOLD)
    found = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, THRESHOLD)
    sql = f"SELECT unique_id::VARCHAR AS key, cluster_id::VARCHAR AS cluster FROM {found.physical_name}"
    return backend.duckdb_con.sql(sql).to_arrow_table()


def peak() -> int:
    """The most memory that this process had, in MB; `getrusage` would count that of its parent as well."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main(source: str, target: str, *options: str) -> None:
    table = pq.read_table(source)
    started = perf_counter()
    found = clusters(table, documented="--documented" in options)
    seconds = perf_counter() - started
    pq.write_table(found, target)
    print(json.dumps({"seconds": seconds, "mb": peak()}))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""How long one web-form submission takes to become a contact in a running process.

    python benchmarks/one_submission.py [ROUNDS]

Each round maps another submission by the built-in mapping. Prints the median, the tenth and the 99th of a
hundred, in milliseconds; where others use the machine, the tenth tells most.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import pyarrow as pa

from hub.domain.records import TIME, page_schema
from mappings.apply import ContactMapper
from mappings.load import load_builtin


def submission(number: int) -> str:
    """A submission of somebody new."""
    answers = {
        "Prénom": f"Zoé{number}",
        "Nom": f"ROY-{number}",
        "Adresse e-mail": f"zoe.roy{number}@garage-roy.example",
        "Téléphone portable": f"06 39 98 {number // 100 % 100:02} {number % 100:02}",
        "Société": f"Garage {number} SARL",
        "Adresse": f"{number} rue du Port",
        "Code postal": f"{69000 + number % 999}",
        "Ville": "Lyon",
        "Date de naissance": "1980-02-03",
        "Recevoir la newsletter ?": True,
        "Votre message": "Bonjour",
    }
    return json.dumps({"fields": answers, "form_id": "f", "submission_id": str(number)}, sort_keys=True)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    spec = load_builtin("webform")
    if spec is None:
        raise SystemExit("there is no built-in mapping of web forms")
    mapper, schema = ContactMapper(spec), page_schema(pa.string())
    taken = []
    for number in range(rounds):
        columns = [[str(number)], pa.nulls(1, TIME), [False], [submission(number)]]
        page = pa.table(columns, schema=schema)
        started = time.perf_counter()
        mapped = mapper.to_contacts(page)
        taken.append(time.perf_counter() - started)
        assert mapped.contacts.num_rows == 1  # noqa: S101 - a benchmark of the wrong thing is none
    warm = np.array(taken[min(20, rounds // 2) :]) * 1000
    quick, middle, slow = np.percentile(warm, [10, 50, 99])
    print(f"one submission: median {middle:.2f} ms, tenth of a hundred {quick:.2f} ms, 99th {slow:.2f} ms")


if __name__ == "__main__":
    main()

"""What people said of a call, fetched from the records for its report; no records, no reviews."""

from __future__ import annotations

from pathlib import Path

import click

from simulator.contract_reviews import ReviewOutput


def reviews_of_call(path: Path, database: str | None) -> ReviewOutput | None:
    """Return what people said of a filed call; None where there are no records or the call is not in them.

    Of a practice call that nobody reviewed there is nothing to show.

    Records that cannot be read are no reason to have no report; what is missing is said.
    """
    from simulator.records.database.opening import exists, open_records
    from simulator.records.review_page import filed_call, review_output

    try:
        if not exists(database):
            return None
        with open_records(database) as records, records.reading() as session:
            call = filed_call(session, path)
            if call is None:
                return None
            found = review_output(session, call)
            return found if found.reviews or call.mode == "certification" else None
    except Exception as error:  # whatever a database can do wrong
        click.echo(f"The report is without what people said of the call: {error}", err=True)
        return None

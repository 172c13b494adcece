"""What a second program does to a database: in a module of its own, so that it starts fast."""

from simulator.records.database.log import write_down
from simulator.records.database.opening import open_records
from simulator.records.database.tables import Person, Team, new_id


def write_teams(database: str, number: int, each: int) -> None:
    """Add teams, and one person unless another writer was first."""
    for one in range(each):
        with open_records(database) as records, records.writing() as session:
            write_down(session, "added", Team(name="t", key=f"{number}-{one}"))
            if session.get(Person, "p" * 32) is None:
                write_down(session, "added", Person(id="p" * 32, name="Dana", key=new_id()))

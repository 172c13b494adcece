"""People, teams, accounts of the room and their assignments."""

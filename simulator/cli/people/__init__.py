"""Commands on the records: certificates, people, teams, reviews, certification."""

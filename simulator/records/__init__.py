"""The records: people, filed calls, reviews, certification and its certificates; archives of calls scored again."""

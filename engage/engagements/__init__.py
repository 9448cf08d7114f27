"""The spine of every consultation, vote and event: purpose, scope, dates, who was asked."""

"""Plans: for the whole area and for localities, in drafts with named paragraphs."""

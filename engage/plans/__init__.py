"""Plans: the local outcomes improvement plan and locality plans, in drafts with named paragraphs."""

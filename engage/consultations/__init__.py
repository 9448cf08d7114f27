"""Consultations on draft plans: questions, responses, comments on named paragraphs."""

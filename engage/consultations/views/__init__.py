"""Pages of consultations: reading them, and answering."""

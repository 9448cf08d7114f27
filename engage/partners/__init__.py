"""The partnership and its partners: council, health board, police, colleges, third sector."""

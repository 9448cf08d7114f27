"""Small numbers, held back before anything is shown or exported (R74)."""

"""Plain rules of evidence: reporting years, measures of reach, and what may be published."""

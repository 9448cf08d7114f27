"""Evidence for the annual report: how far, and how effectively, people took part (s.8(2)(b))."""

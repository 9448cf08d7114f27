"""Pages that span slices: the front page, your area, the desks of groups and officers."""

"""Plain rules of participation requests: what is asked, by when it is answered, in which words."""

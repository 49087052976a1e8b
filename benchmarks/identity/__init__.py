"""How often pages are rightly joined to one story, on labelled pairs; what the joining costs."""

"""How often the facts of an article are right, beside other extractors, and what they cost."""

"""How the scorer of related-story links is made: labelled pages in, ``crawler/links/scorer.json`` out.

`pages` reads the labels and the pages, `table` what can be said of each link, `headings` and `trees`
fit, `validation` says how well, on sites that were left out. ``python -m training -h``; see README.md.
"""

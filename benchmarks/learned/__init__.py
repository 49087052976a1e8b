"""How much the memory of a site adds to the judgement of its pages (docs/learning.md).

A public repository holds the mirror of a news site; its pages stay there. Here are labels: for each page
of the mirror that is a story, the addresses that the publisher offers for it as related. The pages are
read in random order, and each is asked for in the store and counted there, as a crawl does::

    git clone https://github.com/watashiwasta/wyofile
    python -m benchmarks.learned wyofile --site wyofile

Labels follow the rules of the labelled corpus (docs/related-links.md). They come from the site's
template, and every link inside a story's text that is in no sentence was read by itself.
"""

"""The nouns of web archiving as frozen values, each with its own parse and format.

Standard library only: bytes and text in, values out, no input or output.
"""

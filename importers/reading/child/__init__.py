"""The program that opens an uploaded file: run apart, limited, thrown away after one file.

It imports nothing but the standard library, python_calamine and its own modules, so that it starts fast
and holds nothing worth stealing; and no `dataclasses`, which load more than all of its own modules together.
`importers.reading.isolation` runs it; nothing else imports it but tests.
"""

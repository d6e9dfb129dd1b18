"""How any page is made: templates, the cache of bytes, forms, static files, the guard. No domain words in here.

Every room with an address comes in here.
"""

"""Pages and tables for people, made from the result records alone.

The modules are imported one by one: the terminal report must work on a student's machine, which has no jinja2.
"""

"""The spec: what one YAML file may say, how it is read with positions kept, and which rules it must satisfy.

`load.load_spec` is the way in. Nothing here knows of tasks or hosts.
"""

"""A reader of Windows command scripts: what cmd.exe does with a `.cmd` file, as far as deployment scripts need it.

In the order in which cmd works: `expand` (percent phase), `parse` (to `nodes`), `interpreter` (runs them), `builtins`,
`words` (how a command line becomes arguments), `streams` (redirections).
"""

"""The Windows host: runs the bundle's scripts with the real tools and observes the machine.

What calls Windows itself is `native` (a dozen small functions, none of which decides anything) and `process` (starting
programs). The rest is plain Python that runs on any machine: `powershell` and `wmi` hold the questions and the parsers
of the answers, `seen` what they mean, `raw` reads sectors, `probe` judges whether the machine is fit, `host` is `Host`.
"""

from hvsbuild.hosts.windows.host import WindowsHost

__all__ = ["WindowsHost"]

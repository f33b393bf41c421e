"""The command line. What its process needs before anything heavy is imported is set here."""

import gc
import os

# Starting up makes many objects and little garbage: looking for it after every 700th costs a tenth of a cold start.
gc.set_threshold(50_000)
# Looking for plugins of pydantic takes time, and what is installed beside hvsbuild must not change what a spec means.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

"""What pyproject.toml cannot say: packages are found, and the top-level `templates/` is shipped inside one of them.

`phony/` is for the demo and the tests: it runs in a checkout, and is not installed.
"""

from __future__ import annotations

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["hvsbuild", "hvsbuild.*"]), "hvsbuild.templates"],
    package_dir={"hvsbuild.templates": "templates"},
)

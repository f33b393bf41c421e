"""What pyproject.toml cannot say: all packages are found, and the top-level `templates/` is shipped as a part of one."""

from __future__ import annotations

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["hvsbuild", "hvsbuild.*", "phony"]), "hvsbuild.templates"],
    package_dir={"hvsbuild.templates": "templates"},
)

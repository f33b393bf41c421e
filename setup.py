"""What pyproject.toml cannot say: packages are found, and the top-level `templates/` is shipped inside one of them."""

from __future__ import annotations

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["hvsbuild", "hvsbuild.*", "phony"]), "hvsbuild.templates"],
    package_dir={"hvsbuild.templates": "templates"},
)

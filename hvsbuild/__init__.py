"""Bootable Windows native-VHD sticks from one YAML file."""

__version__ = "0.1.0"

"""Scripts of bundles in Wine's cmd.exe and reg.exe: judges that know nothing of hvsbuild."""

"""`python -m hvsbuild`"""

from hvsbuild.cli.main import main

main()

@echo off
rem Step 33 of 33: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "two-releases", "identity": "9b2c289a-01b3-570b-993a-d74c2476be8f", "plan": "ae5efc5ec00c1d9e3cba7527016fce1d894cadff2f05c173f47946324bc04d19"}|| exit /b 1

@echo off
rem Step 16 of 33: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "two-releases", "identity": "9b2c289a-01b3-570b-993a-d74c2476be8f", "plan": "747650e6607aa5e1c994de5b71dd96707e0e7822c817f21627379bc4f0467f27"}|| exit /b 1

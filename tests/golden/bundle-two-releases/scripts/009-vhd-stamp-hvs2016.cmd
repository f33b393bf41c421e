@echo off
rem Step 9 of 33: leave the stamp in the VHD: which plan made it.
>"Q:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "two-releases", "identity": "9b2c289a-01b3-570b-993a-d74c2476be8f", "plan": "2521fd25e9a7d98722f9b23758e29ce2c8b705e28f97f16dce53edfadf4389cc"}|| exit /b 1

@echo off
rem Step 33 of 33: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "two-releases", "identity": "9b2c289a-01b3-570b-993a-d74c2476be8f", "plan": "894e95f2083e9cf20dddec0f03e5d4de101d3bfa7e610c5ed44e133ba0bb735f"}|| exit /b 1

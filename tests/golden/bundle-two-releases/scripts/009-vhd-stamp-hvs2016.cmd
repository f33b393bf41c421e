@echo off
rem Step 9 of 33: leave the stamp in the VHD: which plan made it.
>"Q:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "two-releases", "identity": "9b2c289a-01b3-570b-993a-d74c2476be8f", "plan": "cd51674dee7ea4cf2b701415a2c6b4c0e4f06d124bf7a8a2cfac2c1a3f6f8112"}|| exit /b 1

@echo off
rem Step 11 of 22: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "win10-branch", "identity": "e1d4b686-d932-59a7-a043-24fe274e62a0", "plan": "14aeb75991c55fa0636abadcc6b1835b5e4b420bd971d2d8587e59cfc551a14e"}|| exit /b 1

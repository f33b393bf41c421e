@echo off
rem Step 11 of 22: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "win10-branch", "identity": "e1d4b686-d932-59a7-a043-24fe274e62a0", "plan": "a331245d9accc263b7842f822afe9e2faa80873db44ed329e4df5ab68b1b48e4"}|| exit /b 1

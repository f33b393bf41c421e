@echo off
rem Step 22 of 22: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "win10-branch", "identity": "e1d4b686-d932-59a7-a043-24fe274e62a0", "plan": "b167991719917121c08939a7e86e03e34bcdaccfe6e6cecd4502b9e0b0174f56"}|| exit /b 1

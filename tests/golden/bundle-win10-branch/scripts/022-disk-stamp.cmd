@echo off
rem Step 22 of 22: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "win10-branch", "identity": "e1d4b686-d932-59a7-a043-24fe274e62a0", "plan": "6a40928c401fd70ecbee82e325953aea559bd23dd8904069979cb1a98fe5847a"}|| exit /b 1

@echo off
rem Step 15 of 15: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "win11-split", "identity": "c1c71357-d327-51fe-b06f-4a06f01b7e4e", "plan": "d54702ee1c2b645b939ec1766d2d7883a56ffbc3646d085e028b02219eb09498"}|| exit /b 1

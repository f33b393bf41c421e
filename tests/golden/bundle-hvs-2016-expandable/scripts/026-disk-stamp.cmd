@echo off
rem Step 26 of 26: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2016-expandable", "identity": "b29e1cf3-82ed-5b20-9bdf-28acbd2098b7", "plan": "009c6053689cbe7b129431a657ca134e7336367b0e46353a22c26279b3d22a60"}|| exit /b 1

@echo off
rem Step 26 of 26: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2016-expandable", "identity": "b29e1cf3-82ed-5b20-9bdf-28acbd2098b7", "plan": "973f18c9ecab27bcbe75a7d1c1b44007d3b4dd2fdc1b7e9b144314597fe4558e"}|| exit /b 1

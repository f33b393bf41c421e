@echo off
rem Step 15 of 26: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2016-expandable", "identity": "b29e1cf3-82ed-5b20-9bdf-28acbd2098b7", "plan": "5e9befabc01bd705d0a9923056215c9c046fdc366050af278855e8409ab5d6d3"}|| exit /b 1

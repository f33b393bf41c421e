@echo off
rem Step 15 of 26: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2016-expandable", "identity": "b29e1cf3-82ed-5b20-9bdf-28acbd2098b7", "plan": "eb7bced0afe7bbf7ced78dbe761e1d3ca29db8cb5a4c6daabe7be5dede5b434b"}|| exit /b 1

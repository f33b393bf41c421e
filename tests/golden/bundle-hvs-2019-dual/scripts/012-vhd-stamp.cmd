@echo off
rem Step 12 of 24: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2019-dual", "identity": "2f32d85b-38c7-5063-b6d6-061a7dec626b", "plan": "5084c6f11010859485dd5656bcdd945c49d5b03263e0b8601a5b43d9c0fbf504"}|| exit /b 1

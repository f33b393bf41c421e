@echo off
rem Step 9 of 21: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2019-dual", "identity": "2f32d85b-38c7-5063-b6d6-061a7dec626b", "plan": "33415a0b6d1e7a0bcc3f6f63045a1673fb33d43d484d0982a2256d68febfd2e4"}|| exit /b 1

@echo off
rem Step 9 of 21: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2019-dual", "identity": "2f32d85b-38c7-5063-b6d6-061a7dec626b", "plan": "07f038bba037ebab11a10029ae6c557e598f636ebfd0caed93ef6c93e50bc615"}|| exit /b 1

@echo off
rem Step 24 of 24: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2019-dual", "identity": "2f32d85b-38c7-5063-b6d6-061a7dec626b", "plan": "da50fe85e59f77c101d5cc30321e9488a6922045578053a9340a1b803423ddbb"}|| exit /b 1

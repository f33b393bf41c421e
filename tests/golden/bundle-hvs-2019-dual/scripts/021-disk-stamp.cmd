@echo off
rem Step 21 of 21: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2019-dual", "identity": "2f32d85b-38c7-5063-b6d6-061a7dec626b", "plan": "c8952fe25d1074bc338a86517010ac73adcde7efd82099d2959f9f471bf064bb"}|| exit /b 1

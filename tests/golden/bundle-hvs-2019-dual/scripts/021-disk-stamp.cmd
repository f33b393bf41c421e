@echo off
rem Step 21 of 21: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2019-dual", "identity": "2f32d85b-38c7-5063-b6d6-061a7dec626b", "plan": "1db833b33dd4dd2005a7ba603481abff5cd287a6c343a48774f616bdac03ada9"}|| exit /b 1

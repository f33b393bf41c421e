@echo off
rem Step 8 of 20: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2019-serviced", "identity": "c5667156-6d25-5126-af71-2040de8286cb", "plan": "65ea260b1df7ed69e478bb9381126f8926d8ae823e3ba1d9faf4300e8ac010d2"}|| exit /b 1

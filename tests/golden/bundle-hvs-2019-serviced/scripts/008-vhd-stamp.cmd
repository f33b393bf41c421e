@echo off
rem Step 8 of 20: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2019-serviced", "identity": "c5667156-6d25-5126-af71-2040de8286cb", "plan": "c8a629aff46643cb189de1dfe62ee484ea7538903d02244d23252bc812762369"}|| exit /b 1

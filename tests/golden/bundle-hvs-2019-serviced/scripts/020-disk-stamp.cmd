@echo off
rem Step 20 of 20: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2019-serviced", "identity": "c5667156-6d25-5126-af71-2040de8286cb", "plan": "487fc393f2a2f52fb62f57107d0b3171a77e310acdb2ea76443d897aced154f9"}|| exit /b 1

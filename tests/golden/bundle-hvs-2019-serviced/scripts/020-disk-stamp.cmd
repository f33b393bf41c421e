@echo off
rem Step 20 of 20: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs-2019-serviced", "identity": "c5667156-6d25-5126-af71-2040de8286cb", "plan": "e4f62dcb643211887835036ad72549274af9761fa0d722f98b74f48b8137d07e"}|| exit /b 1

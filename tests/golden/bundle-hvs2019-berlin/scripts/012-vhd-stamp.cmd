@echo off
rem Step 12 of 23: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs2019-berlin", "identity": "4e47fffd-0776-5e22-8e10-08bd453f09ec", "plan": "8041a2124bc8106c69014978528688b51fc24874c00363ad9d21eb3271aac2de"}|| exit /b 1

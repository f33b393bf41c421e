@echo off
rem Step 23 of 23: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs2019-berlin", "identity": "4e47fffd-0776-5e22-8e10-08bd453f09ec", "plan": "23bb2705fbbcf0c90565528c3db13d6ad741c891580f9a00fec37b5ec70dd2f8"}|| exit /b 1

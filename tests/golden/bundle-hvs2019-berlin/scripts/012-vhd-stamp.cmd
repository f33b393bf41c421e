@echo off
rem Step 12 of 23: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs2019-berlin", "identity": "4e47fffd-0776-5e22-8e10-08bd453f09ec", "plan": "e3a1f89b0bfa3df3840cef976d209ced77755fb2a625c931e1c10530d4870cd9"}|| exit /b 1

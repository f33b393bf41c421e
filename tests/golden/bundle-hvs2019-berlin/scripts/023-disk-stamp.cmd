@echo off
rem Step 23 of 23: leave the stamp on the stick: which plan made it.
>"Y:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs2019-berlin", "identity": "4e47fffd-0776-5e22-8e10-08bd453f09ec", "plan": "1082f6a433e20e5de0a6c31abebd96e5a56d255ca320b2b0f3752f03b2ea1327"}|| exit /b 1

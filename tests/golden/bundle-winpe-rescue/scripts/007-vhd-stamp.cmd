@echo off
rem Step 7 of 20: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "winpe-rescue", "identity": "a756011c-b088-5fca-876b-a5796cda41a7", "plan": "2e53053b3bdf157207a4fa6c305841be24657fc3aeea02a3a9b05d16b121af56"}|| exit /b 1

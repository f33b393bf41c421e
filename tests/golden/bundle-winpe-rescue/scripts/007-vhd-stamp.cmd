@echo off
rem Step 7 of 20: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "winpe-rescue", "identity": "a756011c-b088-5fca-876b-a5796cda41a7", "plan": "caf188db996d0dd4a45e897e0b1686a374ff461d1b9dc2c1037736d6d55ecb5c"}|| exit /b 1

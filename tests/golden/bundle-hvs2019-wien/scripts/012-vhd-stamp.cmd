@echo off
rem Step 12 of 23: leave the stamp in the VHD: which plan made it.
>"R:\hvsbuild.json" echo {"hvsbuild": 1, "spec": "hvs2019-wien", "identity": "be56b317-bda3-56cc-ba55-5280286005a1", "plan": "9ca7d88993d1f37890cc0079f00f4bc7692b50ce043383c6d557915f10c64a2b"}|| exit /b 1
